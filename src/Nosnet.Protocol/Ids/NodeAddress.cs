using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary>The public address of a node: its Ed25519 public key.</summary>
/// <remarks>On the wire and in text: base58, 32 to 44 characters. The default value is no address; ports and converters refuse it.</remarks>
[JsonConverter(typeof(AddressConverter<NodeAddress>))]
public readonly record struct NodeAddress(Bytes32 Value) : IAddress<NodeAddress>
{
    /// <inheritdoc/>
    public static string Noun => "node";

    /// <inheritdoc/>
    public static NodeAddress From(Bytes32 value) => new(value);

    /// <summary>The address in base58.</summary>
    public override string ToString() => Value.ToString();

    /// <summary>Reads an address from base58.</summary>
    /// <exception cref="FormatException">The text is not 32 bytes in base58.</exception>
    public static NodeAddress Parse(string s, IFormatProvider? provider = null) => Address.Parse<NodeAddress>(s);

    /// <summary>Reads an address from base58; false where the text is none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out NodeAddress result) =>
        Address.TryParse(s, out result);

    /// <inheritdoc cref="TryParse(string?, IFormatProvider?, out NodeAddress)"/>
    public static bool TryParse([NotNullWhen(true)] string? s, out NodeAddress result) => Address.TryParse(s, out result);
}
