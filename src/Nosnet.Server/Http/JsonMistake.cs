using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>Says of JSON that cannot be read what is wrong with it, in the JSON's own names and without those of any type.</summary>
internal static partial class JsonMistake
{
    private const string MissingMarker = "including:";

    public static Refusal Explain(JsonException failure, JsonTypeInfo type)
    {
        var path = failure.Path is { Length: > 0 } known ? known : "$";
        // The reader's own exception type is not public; only its name tells a mistake of syntax from one of content.
        if (failure.InnerException is JsonException || failure.InnerException?.GetType().Name is "JsonReaderException")
            return Of(path, $"The body is not valid JSON from line {failure.LineNumber + 1}, byte {failure.BytePositionInLine + 1} on.");
        if (failure.Message.Contains(MissingMarker, StringComparison.Ordinal))
        {
            var names = Quoted().Matches(failure.Message[failure.Message.IndexOf(MissingMarker, StringComparison.Ordinal)..]).Select(m => m.Groups[1].Value).ToList();
            return new Refusal(ErrorCode.InvalidParameter, $"The body lacks {string.Join(" and ", names.Select(n => $"'{n}'"))}.",
                [.. names.Select(n => new ErrorDetail($"{path}.{n}", "It has to be there."))]);
        }

        // Sentences of our own converters end without the position that the serializer adds to its own.
        var isOurs = !failure.Message.Contains("LineNumber:", StringComparison.Ordinal) && !failure.Message.Contains("type '", StringComparison.Ordinal);
        return Of(path, isOurs ? $"{path}: {failure.Message}" : $"{path} has to be {Expected(path, type)}.");
    }

    private static Refusal Of(string path, string sentence) => new(ErrorCode.MalformedRequest, sentence, [new ErrorDetail(path, sentence)]);

    private static string Expected(string path, JsonTypeInfo type)
    {
        var field = path.Length > 2 ? type.Properties.FirstOrDefault(p => string.Equals(p.Name, path[2..], StringComparison.OrdinalIgnoreCase)) : null;
        var expected = field is null ? null : Nullable.GetUnderlyingType(field.PropertyType) ?? field.PropertyType;
        return expected switch
        {
            null when path == "$" => "a JSON object",
            not null when expected == typeof(long) || expected == typeof(int) => "a whole number within range",
            not null when expected == typeof(double) || expected == typeof(decimal) => "a number",
            not null when expected == typeof(string) => "a text",
            not null when expected == typeof(bool) => "true or false",
            not null when expected.IsEnum => $"one of {string.Join(", ", Enum.GetNames(expected).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName))}",
            not null when typeof(System.Collections.IEnumerable).IsAssignableFrom(expected) => "a list",
            _ => "of another type; GET /openapi.json says which",
        };
    }

    [GeneratedRegex("'([^']*)'", RegexOptions.NonBacktracking)]
    private static partial Regex Quoted();
}
