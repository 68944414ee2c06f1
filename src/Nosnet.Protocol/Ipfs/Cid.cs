using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary>The content id of a file: CIDv0, the SHA-256 of its root block, written <c>Qm…</c> (46 characters).</summary>
/// <remarks>Official clients accept no other form, see https://docs.ipfs.tech/concepts/content-addressing/#version-0-v0.</remarks>
[JsonConverter(typeof(CidConverter))]
public readonly record struct Cid(Bytes32 Digest)
{
    private const byte Sha256Code = 0x12;

    /// <summary>The CID in base58.</summary>
    public override string ToString()
    {
        Span<byte> multihash = stackalloc byte[2 + Bytes32.Length];
        WriteMultihash(multihash);
        return Base58Text.Encode(multihash);
    }

    /// <summary>Writes the base58 as a string of JSON.</summary>
    internal void Write(Utf8JsonWriter writer)
    {
        Span<byte> multihash = stackalloc byte[2 + Bytes32.Length];
        WriteMultihash(multihash);
        Base58Text.Write(writer, multihash);
    }

    /// <summary>Writes the 34 bytes of the multihash: code, length, digest.</summary>
    public void WriteMultihash(Span<byte> destination)
    {
        destination[0] = Sha256Code;
        destination[1] = Bytes32.Length;
        Digest.CopyTo(destination[2..]);
    }

    /// <summary>Reads the 34 bytes of a multihash; false where they are not a SHA-256 with its code and length.</summary>
    public static bool TryReadMultihash(ReadOnlySpan<byte> multihash, out Cid cid)
    {
        cid = default;
        if (multihash.Length != 2 + Bytes32.Length || multihash[0] != Sha256Code || multihash[1] != Bytes32.Length)
            return false;
        cid = new Cid(new Bytes32(multihash[2..]));
        return true;
    }

    /// <summary>Reads a CIDv0.</summary>
    /// <exception cref="FormatException">The text is not a CIDv0.</exception>
    public static Cid Parse(string text) => TryParse(text, out var cid) ? cid : throw new FormatException(Refusal(text));

    /// <summary>Reads a CIDv0; false where the text is none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Cid cid)
    {
        cid = default;
        if (text is not { Length: 46 } || !text.StartsWith("Qm", StringComparison.Ordinal))
            return false;
        Span<byte> multihash = stackalloc byte[40];
        return Base58Text.TryDecode(text, multihash, out var written) && TryReadMultihash(multihash[..written], out cid);
    }

    internal static string Refusal(string? text) =>
        $"'{(text is { Length: > 60 } ? text[..60] + "…" : text)}' is not a CIDv0; one starts with Qm and has 46 characters.";
}

/// <summary>A CID in JSON: a base58 string.</summary>
public sealed class CidConverter : JsonConverter<Cid>
{
    /// <inheritdoc/>
    public override Cid Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        return Cid.TryParse(text, out var cid) ? cid : throw new JsonException(Cid.Refusal(text));
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Cid value, JsonSerializerOptions options) => value.Write(writer);
}
