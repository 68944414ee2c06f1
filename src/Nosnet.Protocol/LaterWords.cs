using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Nosnet.Protocol;

/// <summary>Reads a word of an enumeration to which later versions may add: what this one does not know is <paramref name="unknown"/>.</summary>
internal sealed class LaterWords<T>(JsonTypeInfo<T> words, T unknown) : JsonConverter<T>
    where T : struct, Enum
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => LaterWords.Read(ref reader, words) ?? unknown;

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => JsonSerializer.Serialize(writer, value, words);
}

/// <summary>The same where the word may be absent: what this version does not know is null.</summary>
internal sealed class LaterWordsOrNull<T>(JsonTypeInfo<T> words) : JsonConverter<T?>
    where T : struct, Enum
{
    public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => LaterWords.Read(ref reader, words);

    public override void Write(Utf8JsonWriter writer, T? value, JsonSerializerOptions options)
    {
        if (value is { } word)
            JsonSerializer.Serialize(writer, word, words);
        else
            writer.WriteNullValue();
    }
}

internal static class LaterWords
{
    public static T? Read<T>(ref Utf8JsonReader reader, JsonTypeInfo<T> words)
        where T : struct, Enum
    {
        var word = JsonElement.ParseValue(ref reader);
        try
        {
            return word.ValueKind == JsonValueKind.String && word.Deserialize(words) is var value && Enum.IsDefined(value) ? value : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // A word of a later version, or half a surrogate pair, which JSON can escape and no string can hold.
            return null;
        }
    }
}
