using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>What one group commit did: its entries, chained by hash to the block before and signed by the network.</summary>
public sealed record Block
{
    public required long Height { get; init; }
    public required Bytes32 Previous { get; init; }

    /// <summary>The Merkle root of the entries' hashes, as RFC 9162 builds it.</summary>
    public required Bytes32 Root { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Ed25519 over <see cref="Hash"/> with the network's key.</summary>
    public required byte[] Signature { get; init; }

    /// <summary>The entries, each behind its length.</summary>
    public required byte[] Entries { get; init; }

    public Bytes32 Hash => HashOf(Height, Previous, Root, At);

    public static Bytes32 HashOf(long height, Bytes32 previous, Bytes32 root, DateTimeOffset at)
    {
        Span<byte> header = stackalloc byte[80];
        BinaryPrimitives.WriteInt64BigEndian(header, height);
        BinaryPrimitives.WriteInt64BigEndian(header[8..], at.ToUnixTimeMilliseconds());
        previous.CopyTo(header[16..]);
        root.CopyTo(header[48..]);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(header, hash);
        return new Bytes32(hash);
    }

    public static byte[] Pack(IReadOnlyList<byte[]> entries)
    {
        var buffer = new ArrayBufferWriter<byte>(entries.Count * 100);
        foreach (var entry in entries)
        {
            Varint.Write(buffer, entry.Length);
            buffer.Write(entry);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The bytes of one entry.</summary>
    /// <exception cref="InvalidDataException">The block has no entry of that index.</exception>
    public static ReadOnlySpan<byte> Unpack(ReadOnlySpan<byte> entries, int index)
    {
        while (!entries.IsEmpty)
        {
            var length = (int)Varint.Read(ref entries);
            if (length < 0 || length > entries.Length)
                break;
            if (index-- == 0)
                return entries[..length];
            entries = entries[length..];
        }

        throw new InvalidDataException("The block has no entry of that index.");
    }
}
