using System.Buffers.Binary;
using System.Text.Json;

namespace Nosnet.Protocol;

/// <summary>Thirty-two bytes held by value: what every address and digest of the network is made of.</summary>
/// <remarks>The default value is all zero, which is the "system address" of Solana: <c>1111…</c> in base58.</remarks>
public readonly record struct Bytes32
{
    /// <summary>The length in bytes.</summary>
    public const int Length = 32;

    private readonly ulong _a, _b, _c, _d;

    /// <summary>Takes exactly 32 bytes.</summary>
    /// <exception cref="ArgumentException">The span is not 32 bytes long.</exception>
    public Bytes32(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
            throw new ArgumentException($"{Length} bytes are needed, {bytes.Length} were given.", nameof(bytes));
        _a = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _b = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _c = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        _d = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    /// <summary>The SHA-256 of a few bytes, such as entries, addresses and keys are made of.</summary>
    public static Bytes32 HashOf(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[Length];
        Sha256.Hash(bytes, hash);
        return new Bytes32(hash);
    }

    /// <summary>Whether every byte is zero, which no address of the network is.</summary>
    public bool IsZero => (_a | _b | _c | _d) == 0;

    /// <summary>Writes the 32 bytes.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _a);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _b);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _c);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _d);
    }

    /// <summary>The 32 bytes in a new array.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Length];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>Base58 in Bitcoin's alphabet, as Solana and Nosana write addresses: 32 to 44 characters.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Length];
        CopyTo(bytes);
        return Base58Text.Encode(bytes);
    }

    /// <summary>Writes the base58 as a string of JSON.</summary>
    internal void Write(Utf8JsonWriter writer)
    {
        Span<byte> bytes = stackalloc byte[Length];
        CopyTo(bytes);
        Base58Text.Write(writer, bytes);
    }

    /// <summary>Reads base58 text; false where it is not 32 bytes in base58.</summary>
    public static bool TryParseBase58(ReadOnlySpan<char> text, out Bytes32 value)
    {
        value = default;
        if (text.Length is < 32 or > 44)
            return false;
        Span<byte> bytes = stackalloc byte[Length + 4];
        if (!Base58Text.TryDecode(text, bytes, out var written) || written != Length)
            return false;
        value = new Bytes32(bytes[..Length]);
        return true;
    }
}
