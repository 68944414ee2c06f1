using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary>The public address of a market.</summary>
/// <remarks>On the wire and in text: base58, 32 to 44 characters. The default value is no address; ports and converters refuse it.</remarks>
[JsonConverter(typeof(AddressConverter<MarketAddress>))]
public readonly record struct MarketAddress(Bytes32 Value) : IAddress<MarketAddress>
{
    /// <inheritdoc/>
    public static string Noun => "market";

    /// <inheritdoc/>
    public static MarketAddress From(Bytes32 value) => new(value);

    /// <summary>The address in base58.</summary>
    public override string ToString() => Value.ToString();

    /// <summary>Reads an address from base58.</summary>
    /// <exception cref="FormatException">The text is not 32 bytes in base58.</exception>
    public static MarketAddress Parse(string s, IFormatProvider? provider = null) => Address.Parse<MarketAddress>(s);

    /// <summary>Reads an address from base58; false where the text is none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out MarketAddress result) =>
        Address.TryParse(s, out result);

    /// <inheritdoc cref="TryParse(string?, IFormatProvider?, out MarketAddress)"/>
    public static bool TryParse([NotNullWhen(true)] string? s, out MarketAddress result) => Address.TryParse(s, out result);
}
