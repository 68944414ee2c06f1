using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary>The public address of a run: one assignment of a job to a node.</summary>
/// <remarks>
/// On the wire and in text: base58. The network gives only addresses of 43 or 44 characters, because official clients take no shorter ones.
/// The default value is no address; ports and converters refuse it.
/// </remarks>
[JsonConverter(typeof(AddressConverter<RunAddress>))]
public readonly record struct RunAddress(Bytes32 Value) : IAddress<RunAddress>
{
    /// <inheritdoc/>
    public static string Noun => "run";

    /// <inheritdoc/>
    public static RunAddress From(Bytes32 value) => new(value);

    /// <summary>The address in base58.</summary>
    public override string ToString() => Value.ToString();

    /// <summary>Reads an address from base58.</summary>
    /// <exception cref="FormatException">The text is not 32 bytes in base58.</exception>
    public static RunAddress Parse(string s, IFormatProvider? provider = null) => Address.Parse<RunAddress>(s);

    /// <summary>Reads an address from base58; false where the text is none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out RunAddress result) =>
        Address.TryParse(s, out result);

    /// <inheritdoc cref="TryParse(string?, IFormatProvider?, out RunAddress)"/>
    public static bool TryParse([NotNullWhen(true)] string? s, out RunAddress result) => Address.TryParse(s, out result);
}
