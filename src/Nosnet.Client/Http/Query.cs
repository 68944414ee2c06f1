using System.Text;

namespace Nosnet.Client;

/// <summary>The query of a URL, of what was given only.</summary>
internal static class Query
{
    public static Call With(this Call call, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var query = new StringBuilder();
        foreach (var (name, value) in parameters)
        {
            if (value?.ToString() is { Length: > 0 } text)
                query.Append(query.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(text));
        }
        return query.Length == 0 ? call : call with { Url = new Uri(call.Url.AbsoluteUri + query) };
    }
}
