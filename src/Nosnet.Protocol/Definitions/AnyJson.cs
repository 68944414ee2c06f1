using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary>A JSON value of any shape, kept as it came; equal to another that says the same, whatever the spacing or order of names.</summary>
[JsonConverter(typeof(AnyJsonConverter))]
public sealed class AnyJson : IEquatable<AnyJson>
{
    internal AnyJson(JsonElement value) => Value = value.Clone();

    /// <summary>The value.</summary>
    public JsonElement Value { get; }

    /// <summary>Reads a value from JSON.</summary>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    public static AnyJson Parse([StringSyntax(StringSyntaxAttribute.Json)] string json)
    {
        using var document = JsonDocument.Parse(json);
        return new AnyJson(document.RootElement);
    }

    /// <inheritdoc/>
    public bool Equals(AnyJson? other) => other is not null && JsonElement.DeepEquals(Value, other.Value);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as AnyJson);

    /// <inheritdoc/>
    public override int GetHashCode() => (int)Value.ValueKind;

    /// <summary>The JSON.</summary>
    public override string ToString() => Value.GetRawText();
}

/// <summary>JSON within JSON: the value itself.</summary>
public sealed class AnyJsonConverter : JsonConverter<AnyJson>
{
    /// <summary>A JSON null is a value like others, so that it is not lost.</summary>
    public override bool HandleNull => true;

    /// <inheritdoc/>
    public override AnyJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(JsonElement.ParseValue(ref reader));

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, AnyJson value, JsonSerializerOptions options) => value.Value.WriteTo(writer);
}
