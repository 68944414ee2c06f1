using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>Puts values in the place of literals in one text.</summary>
internal static partial class LiteralText
{
    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = DefinitionLimits.Depth, AllowDuplicateProperties = false };

    /// <summary>Whether a text has a literal. Other text between percent signs is text.</summary>
    public static bool Has(string text) => Any.IsMatch(text);

    /// <summary>The text with the values in it.</summary>
    /// <exception cref="LiteralException">A literal has no value.</exception>
    public static string Fill(string text, Func<string, LiteralValue?> find) => Any.Replace(text, match => Value(match, find).Text);

    /// <summary>
    /// What the text becomes where more than text may stand. A literal alone that stands for JSON (an object or a list) becomes that JSON,
    /// and a list of results several values in a list or their texts with spaces between; whatever the definition itself has written stays as it is.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="inList">Whether it is an item of a list.</param>
    /// <param name="find">Finds values.</param>
    /// <exception cref="LiteralException">A literal has no value.</exception>
    public static IReadOnlyList<JsonNode?> Expand(string text, bool inList, Func<string, LiteralValue?> find)
    {
        if (Any.Match(text) is not { Success: true } match || match.Length != text.Length)
            return [JsonValue.Create(Fill(text, find))];
        var value = Value(match, find);
        if (value.IsVerbatim)
            return [JsonValue.Create(value.Text)];
        if (value.Texts.Count == 1)
        {
            var json = Json(value.Texts[0]);
            return inList && json is JsonArray list ? [.. Flat(list)] : [json];
        }
        return inList ? [.. value.Texts.Select(item => (JsonNode?)JsonValue.Create(item))] : [JsonValue.Create(value.Text)];
    }

    /// <summary>The value of a literal that is all of a text; null where the text is something else.</summary>
    public static LiteralValue? Whole(string text, Func<string, LiteralValue?> find) =>
        Any.Match(text) is { Success: true } match && match.Length == text.Length ? Value(match, find) : null;

    /// <summary>JSON of a text that holds an object or a list; the text itself where it does not.</summary>
    public static JsonNode Json(string text) =>
        text.AsSpan().TrimStart() is ['{' or '[', ..] && TryParse(text) is { } json ? json : JsonValue.Create(text);

    /// <summary>JSON of a text; null where it is none, or none that can be read to its end: a name stands twice in an object, a text is no Unicode.</summary>
    public static JsonNode? TryParse(string text)
    {
        try
        {
            var json = JsonElement.Parse(text, Reading);
            Read(json);
            return json.ValueKind switch
            {
                JsonValueKind.Object => JsonObject.Create(json),
                JsonValueKind.Array => JsonArray.Create(json),
                _ => JsonValue.Create(json),
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            return null; // It may well be text that only looks like JSON.
        }
    }

    /// <summary>The items of a list and of the lists within it; what is null is nothing.</summary>
    public static IEnumerable<JsonNode> Flat(JsonArray list) => list.SelectMany(item => item switch
    {
        null => [],
        JsonArray inner => Flat(inner),
        _ => [item.DeepClone()],
    });

    // Half a surrogate pair is found only when its text is read, and then by an exception.
    private static void Read(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.String:
                _ = json.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in json.EnumerateArray())
                    Read(item);
                break;
            case JsonValueKind.Object:
                foreach (var field in json.EnumerateObject())
                {
                    _ = field.Name;
                    Read(field.Value);
                }
                break;
            default:
                break;
        }
    }

    private static LiteralValue Value(Match match, Func<string, LiteralValue?> find) =>
        find(match.ValueSpan[2..^2].ToString()) ?? throw new LiteralException($"The literal {match.Value} has no value.");

    [GeneratedRegex(@"%%(ops|globals?|secrets)\.[^%\s]+%%", RegexOptions.CultureInvariant)]
    private static partial Regex Any { get; }
}
