using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Nosnet.Protocol;

/// <summary>A list of values in JSON: an array.</summary>
internal sealed class ValueListConverter<T> : JsonConverter<ValueList<T>>
{
    public override ValueList<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new JsonException("A list is needed.");
        var type = (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
        var items = new List<T>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            items.Add(JsonSerializer.Deserialize(ref reader, type) ?? throw new JsonException("A list has no null in it."));
        return [.. items];
    }

    public override void Write(Utf8JsonWriter writer, ValueList<T> value, JsonSerializerOptions options)
    {
        var type = (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
        writer.WriteStartArray();
        foreach (var item in value)
            JsonSerializer.Serialize(writer, item, type);
        writer.WriteEndArray();
    }
}

/// <summary>A map of values in JSON: an object.</summary>
internal sealed class ValueMapConverter<T> : JsonConverter<ValueMap<T>>
{
    public override ValueMap<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("An object is needed.");
        var type = (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
        var pairs = new List<KeyValuePair<string, T>>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.GetString()!;
            reader.Read();
            pairs.Add(new(name, JsonSerializer.Deserialize(ref reader, type) ?? throw new JsonException($"{Sentence.Quote(name)} must not be null.")));
        }
        return new ValueMap<T>(pairs);
    }

    public override void Write(Utf8JsonWriter writer, ValueMap<T> value, JsonSerializerOptions options)
    {
        var type = (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
        writer.WriteStartObject();
        foreach (var (name, item) in value)
        {
            writer.WritePropertyName(name);
            JsonSerializer.Serialize(writer, item, type);
        }
        writer.WriteEndObject();
    }
}
