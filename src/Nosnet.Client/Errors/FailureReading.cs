using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>Reads the sentence out of an error body, whichever of the shapes in use it has.</summary>
internal static partial class FailureReading
{
    private const int MaxSentence = 2_000;
    private const int MaxDetails = 1_000;

    /// <summary>The failure that a body tells of. Everything in it came from outside: it is cut and cleaned of control characters.</summary>
    public static Failure Read(int status, string? mediaType, string body)
    {
        var text = body.Trim();
        if (text.Length == 0)
            return new Failure(status, $"The network answered {Name(status)} without a word.");
        if (TryParse(text) is { } json)
            return FromJson(status, json);
        return text.StartsWith('<') || mediaType is "text/html"
            ? new Failure(status, $"The network answered {Name(status)} with a web page{Titled(text)}; check the URL, and what stands between.")
            : new Failure(status, Clean(text));
    }

    private static Failure FromJson(int status, JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.String)
            return new Failure(status, OrStatus(WireObject.TextOf(json), status));
        if (json.ValueKind != JsonValueKind.Object)
            return new Failure(status, $"The network answered {Name(status)}: {Clean(json.GetRawText())}");
        var body = new WireObject(json);
        var inner = body.Object("error");
        var sentence = Words(body, "message") ?? Words(body, "error") ?? Words(inner, "message") ?? Words(inner, "error")
            ?? body.Text("detail") ?? body.Text("summary") ?? Joined(Details(body)) ?? body.Text("title");
        return new Failure(status, OrStatus(sentence, status))
        {
            Code = Short(body.Text("code") ?? inner?.Text("code")),
            TraceId = Short(body.Text("traceId")),
            Details = Details(body),
        };
    }

    /// <summary>A string, or several of them, as some frameworks have it.</summary>
    private static string? Words(WireObject? holder, string name) => holder switch
    {
        null => null,
        { } body when body.Text(name) is { Length: > 0 } text => text,
        { } body when body.Texts(name) is { Count: > 0 } texts => string.Join(" ", texts.Take(20)),
        _ => null,
    };

    private static List<ErrorDetail> Details(WireObject body) =>
        [.. body.Objects("details").Concat(body.Objects("errors"))
            .Take(MaxDetails)
            .Select(d => new ErrorDetail(Clean(d.Text("path") ?? d.Text("property") ?? ""), Clean(d.Text("message") ?? d.Text("summary") ?? "")))
            .Where(d => d.Message.Length > 0)];

    private static string? Joined(List<ErrorDetail> details) => details.Count == 0 ? null : string.Join(" ", details.Select(d => d.Message));

    private static string OrStatus(string? sentence, int status) =>
        string.IsNullOrWhiteSpace(sentence) ? $"The network answered {Name(status)} without a word." : Clean(sentence);

    private static string? Short(string? text) => text is null ? null : Clean(text.Length > 100 ? text[..100] : text);

    private static JsonElement? TryParse(string text)
    {
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            // It is some other text, and is read as one.
            return null;
        }
    }

    private static string Name(int status) => Enum.IsDefined((HttpStatusCode)status) ? $"{status} ({Spaced((HttpStatusCode)status)})" : $"{status}";

    private static string Spaced(HttpStatusCode status) => WordStart().Replace(status.ToString(), " $0");

    private static string Titled(string html) => Title().Match(html) is { Success: true } title ? $" titled '{Clean(title.Groups[1].Value.Trim())}'" : "";

    /// <summary>A sentence ends up in terminals and logs: escape sequences and line breaks do not.</summary>
    public static string Clean(string text)
    {
        var clean = new StringBuilder(Math.Min(text.Length, MaxSentence));
        foreach (var c in text)
        {
            if (clean.Length == MaxSentence)
                return clean.Append('…').ToString();
            clean.Append(char.IsControl(c) ? ' ' : c);
        }
        return clean.ToString().Trim();
    }

    [GeneratedRegex("<title>([^<]{1,200})</title>", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Title();

    [GeneratedRegex("(?<=[a-z])[A-Z]")]
    private static partial Regex WordStart();
}
