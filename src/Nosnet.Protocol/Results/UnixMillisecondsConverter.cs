using System.Text.Json;
using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary>A time in JSON: whole milliseconds since 1970, which is what JavaScript's clock counts.</summary>
internal sealed class UnixMillisecondsConverter : JsonConverter<DateTimeOffset>
{
    private static readonly double Earliest = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly double Latest = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var milliseconds) && milliseconds >= Earliest && milliseconds <= Latest
            ? DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds)
            : throw new JsonException("A time is a number of milliseconds since 1970.");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.ToUnixTimeMilliseconds());
}

/// <summary>The same, or null.</summary>
internal sealed class NullableUnixMillisecondsConverter : JsonConverter<DateTimeOffset?>
{
    private static readonly UnixMillisecondsConverter Value = new();

    public override DateTimeOffset? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Null ? null : Value.Read(ref reader, typeof(DateTimeOffset), options);

    public override void Write(Utf8JsonWriter writer, DateTimeOffset? value, JsonSerializerOptions options)
    {
        if (value is { } time)
            Value.Write(writer, time, options);
        else
            writer.WriteNullValue();
    }
}
