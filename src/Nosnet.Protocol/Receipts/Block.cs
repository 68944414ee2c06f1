using System.Buffers;
using System.Buffers.Binary;

namespace Nosnet.Protocol;

/// <summary>What one group commit did: its entries, chained by hash to the block before and signed by the network.</summary>
public sealed record Block
{
    /// <summary>Its number: one more than that of the block before; the first is 1.</summary>
    public required long Height { get; init; }
    /// <summary>The hash of the block before; zeros before the first.</summary>
    public required Bytes32 Previous { get; init; }

    /// <summary>The Merkle root of the entries' hashes, as RFC 9162 builds it.</summary>
    public required Bytes32 Root { get; init; }

    /// <summary>When, to the millisecond.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Ed25519 over <see cref="Hash"/> with the network's key.</summary>
    public required byte[] Signature { get; init; }

    /// <summary>The entries, each behind its length.</summary>
    public required byte[] Entries { get; init; }

    /// <summary>The hash that is signed, and that the next block names.</summary>
    public Bytes32 Hash => HashOf(Height, Previous, Root, At);

    /// <summary>The SHA-256 of height, time, previous hash and root, numbers as eight bytes with the most significant first.</summary>
    public static Bytes32 HashOf(long height, Bytes32 previous, Bytes32 root, DateTimeOffset at)
    {
        Span<byte> header = stackalloc byte[80];
        BinaryPrimitives.WriteInt64BigEndian(header, height);
        BinaryPrimitives.WriteInt64BigEndian(header[8..], at.ToUnixTimeMilliseconds());
        previous.CopyTo(header[16..]);
        root.CopyTo(header[48..]);
        return Bytes32.HashOf(header);
    }

    /// <summary>Entries in the form of <see cref="Entries"/>.</summary>
    public static byte[] Pack(IReadOnlyList<byte[]> entries)
    {
        var buffer = new ArrayBufferWriter<byte>(1 + entries.Count * 100);
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
        for (; !entries.IsEmpty; index--)
        {
            var length = NextLength(ref entries);
            if (index == 0)
                return entries[..length];
            entries = entries[length..];
        }

        throw new InvalidDataException("The block has no entry of that index.");
    }

    /// <summary>The bytes of every entry, in order.</summary>
    /// <exception cref="InvalidDataException">The bytes are no entries, or more than these.</exception>
    public static IReadOnlyList<byte[]> Unpack(ReadOnlySpan<byte> entries)
    {
        var all = new List<byte[]>();
        var rest = entries;
        while (!rest.IsEmpty)
        {
            var length = NextLength(ref rest);
            all.Add(rest[..length].ToArray());
            rest = rest[length..];
        }

        // A length can be written in more ways than one, and only the shortest is ours.
        return Pack(all).AsSpan().SequenceEqual(entries) ? all : throw new InvalidDataException("The entries are not packed as they have to be.");
    }

    private static int NextLength(ref ReadOnlySpan<byte> entries)
    {
        var length = Varint.Read(ref entries);
        return length >= 0 && length <= entries.Length ? (int)length : throw new InvalidDataException("The entries end within an entry.");
    }
}
