using System.Diagnostics.CodeAnalysis;

namespace Nosnet.Server;

/// <summary>Which host names are exposed ports': all under one domain, except the server's own where it lies there too.</summary>
internal sealed class ServiceHosts(string domain, string? own)
{
    private readonly string _suffix = "." + domain;

    /// <param name="endpointDomain">The domain, with a port or without.</param>
    /// <param name="publicUrl">The server's own URL.</param>
    public static ServiceHosts Of(string? endpointDomain, string? publicUrl) => new(
        new HostStringParts(endpointDomain ?? "localhost").Name, publicUrl is null ? null : new Uri(publicUrl).Host);

    /// <summary>The id that a host name is of. Every name under the domain is, so that none of them ever reaches the API.</summary>
    public bool IsService(string host, [NotNullWhen(true)] out string? id)
    {
        var name = host.TrimEnd('.');
        id = name.EndsWith(_suffix, StringComparison.OrdinalIgnoreCase) && !name.Equals(own, StringComparison.OrdinalIgnoreCase)
            ? name[..^_suffix.Length]
            : null;
        return id is not null;
    }

    private readonly record struct HostStringParts(string Text)
    {
        public string Name => Text.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon ? Text[..colon] : Text;
    }
}
