using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary>The id of a change in the network's chain of receipts: 64 bytes, in the form of a Solana signature.</summary>
/// <remarks>The first half says where the entry stands, under the network's key; the second half is the entry's SHA-256.</remarks>
[JsonConverter(typeof(TxConverter))]
public readonly record struct Tx(Bytes32 Place, Bytes32 Hash)
{
    /// <summary>The id in base58: up to 88 characters.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[64];
        Place.CopyTo(bytes);
        Hash.CopyTo(bytes[32..]);
        return Base58Text.Encode(bytes);
    }

    /// <summary>Writes the base58 as a string of JSON.</summary>
    internal void Write(Utf8JsonWriter writer)
    {
        Span<byte> bytes = stackalloc byte[64];
        Place.CopyTo(bytes);
        Hash.CopyTo(bytes[32..]);
        Base58Text.Write(writer, bytes);
    }

    /// <summary>Reads an id from base58; false where the text is not 64 bytes in base58.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Tx tx)
    {
        tx = default;
        if (text is null || text.Length is < 64 or > 88)
            return false;
        Span<byte> bytes = stackalloc byte[68];
        if (!Base58Text.TryDecode(text, bytes, out var written) || written != 64)
            return false;
        tx = new Tx(new Bytes32(bytes[..32]), new Bytes32(bytes[32..64]));
        return true;
    }
}

/// <summary>A receipt's id in JSON: a base58 string.</summary>
public sealed class TxConverter : JsonConverter<Tx>
{
    /// <inheritdoc/>
    public override Tx Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Tx.TryParse(reader.GetString(), out var tx)
            ? tx
            : throw new JsonException("A tx is a string of 64 bytes in base58.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Tx value, JsonSerializerOptions options) => value.Write(writer);
}
