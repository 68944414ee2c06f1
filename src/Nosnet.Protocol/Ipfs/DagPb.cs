using System.Numerics;

namespace Nosnet.Protocol;

/// <summary>
/// Writes nodes of files in dag-pb, a protobuf with a fixed order of fields: links (2) before data (1); in a link hash (1), name (2, always
/// empty) and size (3); in the data type (1), bytes (2), file size (3) and the sizes of the parts (4).
/// </summary>
internal static class DagPb
{
    public const byte LinksField = 0x12;
    public const byte DataField = 0x0A;
    public const byte HashField = 0x0A;
    public const byte NameField = 0x12;
    public const byte StoredSizeField = 0x18;
    public const byte TypeField = 0x08;
    public const byte BytesField = 0x12;
    public const byte FileSizeField = 0x18;
    public const byte PartSizeField = 0x20;
    public const byte FileType = 2;

    private const int MultihashLength = 2 + Bytes32.Length;

    /// <summary>Bytes that a leaf of such a chunk takes at most: two tags with lengths of up to 5 bytes around it, type and size.</summary>
    public static int MaxLeafLength(int chunkSize) => chunkSize + 32;

    /// <summary>Writes the node of a chunk; the bytes of an empty one are left out, its size is not.</summary>
    public static int WriteLeaf(ReadOnlySpan<byte> chunk, Span<byte> destination)
    {
        var bytes = chunk.IsEmpty ? 0 : 1 + VarintLength(chunk.Length) + chunk.Length;
        var data = 2 + bytes + 1 + VarintLength(chunk.Length);
        var position = WriteTagged(DataField, data, destination, 0);
        position = WriteTagged(TypeField, FileType, destination, position);
        if (!chunk.IsEmpty)
        {
            position = WriteTagged(BytesField, chunk.Length, destination, position);
            chunk.CopyTo(destination[position..]);
            position += chunk.Length;
        }
        return WriteTagged(FileSizeField, chunk.Length, destination, position);
    }

    /// <summary>The node above these parts.</summary>
    public static byte[] WriteParent(List<UnixFsLink> parts)
    {
        var fileSize = 0L;
        var data = 2;
        var length = 0;
        foreach (var part in parts)
        {
            fileSize += part.Size;
            data += 1 + VarintLength(part.Size);
            length += 1 + VarintLength(LinkLength(part)) + LinkLength(part);
        }
        data += 1 + VarintLength(fileSize);

        var node = new byte[length + 1 + VarintLength(data) + data];
        var position = 0;
        foreach (var part in parts)
        {
            position = WriteTagged(LinksField, LinkLength(part), node, position);
            position = WriteTagged(HashField, MultihashLength, node, position);
            part.Cid.WriteMultihash(node.AsSpan(position));
            position = WriteTagged(NameField, 0, node, position + MultihashLength);
            position = WriteTagged(StoredSizeField, part.StoredSize, node, position);
        }
        position = WriteTagged(DataField, data, node, position);
        position = WriteTagged(TypeField, FileType, node, position);
        position = WriteTagged(FileSizeField, fileSize, node, position);
        foreach (var part in parts)
            position = WriteTagged(PartSizeField, part.Size, node, position);
        return node;
    }

    private static int LinkLength(UnixFsLink link) => 2 + MultihashLength + 2 + 1 + VarintLength(link.StoredSize);

    private static int VarintLength(long value) => (63 - BitOperations.LeadingZeroCount((ulong)value | 1)) / 7 + 1;

    private static int WriteTagged(byte tag, long value, Span<byte> destination, int position)
    {
        destination[position++] = tag;
        while (value >= 0x80)
        {
            destination[position++] = (byte)(value & 0x7F | 0x80);
            value >>= 7;
        }
        destination[position++] = (byte)value;
        return position;
    }
}
