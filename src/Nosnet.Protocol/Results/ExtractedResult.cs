using System.Text.Json;
using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary>What one <see cref="ResultRule"/> found in a log: the groups of all matches, or why it could not look.</summary>
/// <param name="Groups">Per match the whole match and then its groups; null for a group that took no part. Empty where there is an error.</param>
/// <param name="Error">Why the pattern could not be used; null where it could.</param>
[JsonConverter(typeof(ExtractedResultConverter))]
public sealed record ExtractedResult(ValueList<string?> Groups, string? Error = null);

/// <summary>An extracted result in JSON: a list of texts, or the error alone.</summary>
public sealed class ExtractedResultConverter : JsonConverter<ExtractedResult>
{
    private const string Refusal = "A result is a list of texts, or the text of an error.";

    /// <inheritdoc/>
    public override ExtractedResult Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
            return new ExtractedResult([], reader.GetString());
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new JsonException(Refusal);
        var groups = new List<string?>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            groups.Add(reader.TokenType is JsonTokenType.String or JsonTokenType.Null ? reader.GetString() : throw new JsonException(Refusal));
        return new ExtractedResult([.. groups]);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ExtractedResult value, JsonSerializerOptions options)
    {
        if (value.Error is not null)
        {
            writer.WriteStringValue(value.Error);
            return;
        }
        writer.WriteStartArray();
        foreach (var group in value.Groups)
            writer.WriteStringValue(group);
        writer.WriteEndArray();
    }
}
