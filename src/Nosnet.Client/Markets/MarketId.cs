using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>Which market: its address, or on a Nosnet network its short name. Strings and addresses convert to one by themselves.</summary>
[JsonConverter(typeof(MarketIdConverter))]
public readonly record struct MarketId : IParsable<MarketId>
{
    private const int MaxLength = 100;
    private const string Rule = "A market is named by its address or by its short name, up to 100 characters.";

    private readonly string? _text;

    /// <summary>A market by its address or short name.</summary>
    /// <exception cref="ArgumentException">The text is empty or longer than 100 characters.</exception>
    public MarketId(string text) => _text = Read(text) ?? throw new ArgumentException(Rule, nameof(text));

    /// <summary>A market by its address or short name.</summary>
    public static implicit operator MarketId(string text) => new(text);

    /// <summary>A market by its address.</summary>
    public static implicit operator MarketId(MarketAddress address) => new(address.ToString());

    /// <summary>A market by its address or short name.</summary>
    /// <exception cref="FormatException">The text is empty or longer than 100 characters.</exception>
    public static MarketId Parse(string s, IFormatProvider? provider = null) => TryParse(s, provider, out var market) ? market : throw new FormatException(Rule);

    /// <summary>A market by its address or short name; false where the text is empty or longer than 100 characters.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out MarketId result)
    {
        var text = Read(s);
        result = text is null ? default : new MarketId(text);
        return text is not null;
    }

    /// <summary>The address or short name.</summary>
    public override string ToString() => _text ?? throw new InvalidOperationException("No market was named; give its address or its short name.");

    private static string? Read(string? text) => text?.Trim() is { Length: > 0 and <= MaxLength } id ? id : null;
}

/// <summary>A market in JSON: its address or short name.</summary>
public sealed class MarketIdConverter : JsonConverter<MarketId>
{
    /// <inheritdoc/>
    public override MarketId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && MarketId.TryParse(reader.GetString(), null, out var market)
            ? market
            : throw new JsonException("A market is a text: its address or its short name.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, MarketId value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(value.ToString());
    }
}
