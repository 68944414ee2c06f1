using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary>The public address of an account: an Ed25519 public key.</summary>
/// <remarks>On the wire and in text: base58, 32 to 44 characters. The default value is no address; ports and converters refuse it.</remarks>
[JsonConverter(typeof(AddressConverter<AccountAddress>))]
public readonly record struct AccountAddress(Bytes32 Value) : IAddress<AccountAddress>
{
    /// <inheritdoc/>
    public static string Noun => "account";

    /// <inheritdoc/>
    public static AccountAddress From(Bytes32 value) => new(value);

    /// <summary>The address in base58.</summary>
    public override string ToString() => Value.ToString();

    /// <summary>Reads an address from base58.</summary>
    /// <exception cref="FormatException">The text is not 32 bytes in base58.</exception>
    public static AccountAddress Parse(string s, IFormatProvider? provider = null) => Address.Parse<AccountAddress>(s);

    /// <summary>Reads an address from base58; false where the text is none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out AccountAddress result) =>
        Address.TryParse(s, out result);

    /// <inheritdoc cref="TryParse(string?, IFormatProvider?, out AccountAddress)"/>
    public static bool TryParse([NotNullWhen(true)] string? s, out AccountAddress result) => Address.TryParse(s, out result);
}
