using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary>The public address of a job: derived from its key by the network, unguessable and self-checking.</summary>
/// <remarks>
/// On the wire and in text: base58. The network gives only addresses of 43 or 44 characters, because official clients take no shorter ones.
/// The default value is no address; ports and converters refuse it.
/// </remarks>
[JsonConverter(typeof(AddressConverter<JobAddress>))]
public readonly record struct JobAddress(Bytes32 Value) : IAddress<JobAddress>
{
    /// <inheritdoc/>
    public static string Noun => "job";

    /// <inheritdoc/>
    public static JobAddress From(Bytes32 value) => new(value);

    /// <summary>The address in base58.</summary>
    public override string ToString() => Value.ToString();

    /// <summary>Reads an address from base58.</summary>
    /// <exception cref="FormatException">The text is not 32 bytes in base58.</exception>
    public static JobAddress Parse(string s, IFormatProvider? provider = null) => Address.Parse<JobAddress>(s);

    /// <summary>Reads an address from base58; false where the text is none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out JobAddress result) =>
        Address.TryParse(s, out result);

    /// <inheritdoc cref="TryParse(string?, IFormatProvider?, out JobAddress)"/>
    public static bool TryParse([NotNullWhen(true)] string? s, out JobAddress result) => Address.TryParse(s, out result);
}
