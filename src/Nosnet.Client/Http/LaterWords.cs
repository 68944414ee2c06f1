using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Nosnet.Client;

/// <summary>Reads a word of an enumeration to which later versions may add: what this one does not know is <paramref name="unknown"/>.</summary>
internal sealed class LaterWords<T>(JsonTypeInfo<T> words, T unknown) : JsonConverter<T>
    where T : struct, Enum
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        WireObject.WordOf(JsonElement.ParseValue(ref reader), words) ?? unknown;

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => JsonSerializer.Serialize(writer, value, words);
}

/// <summary>The same where the word may be absent: what this version does not know is null.</summary>
internal sealed class LaterWordsOrNull<T>(JsonTypeInfo<T> words) : JsonConverter<T?>
    where T : struct, Enum
{
    public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        WireObject.WordOf(JsonElement.ParseValue(ref reader), words);

    public override void Write(Utf8JsonWriter writer, T? value, JsonSerializerOptions options)
    {
        if (value is { } word)
            JsonSerializer.Serialize(writer, word, words);
        else
            writer.WriteNullValue();
    }
}
