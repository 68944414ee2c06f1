using System.Diagnostics.CodeAnalysis;

namespace Nosnet.Protocol;

/// <summary>A block of a file, read: some bytes of it, links to its further parts, or both.</summary>
/// <remarks>Its sizes add up; whether the parts have the sizes that it claims shows when they are read, see <see cref="UnixFsReader"/>.</remarks>
public sealed class UnixFsNode
{
    private static readonly string[] Types = ["raw", "directory", "file", "metadata", "symlink", "HAMT shard"];

    private UnixFsNode(ReadOnlyMemory<byte> data, ValueList<UnixFsLink> links, long size)
    {
        Data = data;
        Links = links;
        Size = size;
    }

    /// <summary>The bytes of the file that the block holds itself; they come before those of its parts.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>The further parts, in order. None is empty.</summary>
    public ValueList<UnixFsLink> Links { get; }

    /// <summary>Bytes of the file under this block.</summary>
    public long Size { get; }

    /// <summary>Reads a block; on refusal says in a sentence what is wrong with it.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> block, [NotNullWhen(true)] out UnixFsNode? node, [NotNullWhen(false)] out string? refusal)
    {
        node = null;
        refusal = Read(block, out var links, out var content) ?? Read(content, links, out node);
        return refusal is null;
    }

    private static string? Read(ReadOnlyMemory<byte> block, out List<(Cid Cid, long StoredSize)> links, out ReadOnlyMemory<byte> content)
    {
        links = [];
        content = default;
        if (block.Length > IpfsBlock.MaxBytes)
            return $"A block has at most {IpfsBlock.MaxBytes} bytes; this one has {block.Length}.";
        var hasContent = false;
        var reader = new ProtobufReader(block);
        while (!reader.AtEnd)
        {
            if (!reader.TryRead(out var tag, out _, out var bytes))
                return "The block is not a dag-pb node.";
            if (tag == DagPb.LinksField)
            {
                if (ReadLink(bytes, out var link) is { } refusal)
                    return refusal;
                links.Add(link);
            }
            else if (tag == DagPb.DataField && !hasContent)
            {
                (content, hasContent) = (bytes, true);
            }
            else
            {
                return "The block is not a dag-pb node: it has a field that there is none of, or its data twice.";
            }
        }
        return hasContent ? null : "The block is not part of a file: it has no data.";
    }

    private static string? ReadLink(ReadOnlyMemory<byte> message, out (Cid Cid, long StoredSize) link)
    {
        link = default;
        Cid? cid = null;
        var storedSize = 0L;
        var reader = new ProtobufReader(message);
        while (!reader.AtEnd)
        {
            if (!reader.TryRead(out var tag, out var number, out var bytes))
                return "The block is not a dag-pb node: a link in it cannot be read.";
            if (tag == DagPb.HashField)
            {
                if (!Cid.TryReadMultihash(bytes.Span, out var target))
                    return "The block links to something other than a CIDv0, such as raw leaves; add the file again with CID version 0.";
                cid = target;
            }
            else if (tag == DagPb.StoredSizeField)
            {
                storedSize = number;
            }
        }
        if (cid is null)
            return "The block is not a dag-pb node: a link in it leads nowhere.";
        link = (cid.Value, storedSize);
        return null;
    }

    private static string? Read(ReadOnlyMemory<byte> content, List<(Cid Cid, long StoredSize)> links, out UnixFsNode? node)
    {
        node = null;
        long? type = null, size = null;
        var data = ReadOnlyMemory<byte>.Empty;
        var partSizes = new List<long>();
        var reader = new ProtobufReader(content);
        while (!reader.AtEnd)
        {
            if (!reader.TryRead(out var tag, out var number, out var bytes))
                return "The block is not UnixFS: its data cannot be read.";
            switch (tag)
            {
                case DagPb.TypeField:
                    type = number;
                    break;
                case DagPb.BytesField:
                    data = bytes;
                    break;
                case DagPb.FileSizeField:
                    size = number;
                    break;
                case DagPb.PartSizeField:
                    partSizes.Add(number);
                    break;
            }
        }
        if (type is not (0 or DagPb.FileType))
            return $"The block is not part of a file but of a {(type < Types.Length ? Types[(int)(type ?? 0)] : "thing unknown")}.";
        if (partSizes.Count != links.Count)
            return $"The block has {links.Count} links and sizes for {partSizes.Count}.";

        // Parts without bytes would let a few blocks describe a tree that never ends.
        if (partSizes.Contains(0))
            return "The block links to a part without bytes.";
        long sum = data.Length;
        foreach (var partSize in partSizes)
        {
            if (partSize > long.MaxValue - sum)
                return "The sizes of the block's parts are beyond all files.";
            sum += partSize;
        }
        if (size is not null && size != sum)
            return $"The block claims {size} bytes, its parts have {sum}.";
        node = new UnixFsNode(data, [.. links.Zip(partSizes, (link, partSize) => new UnixFsLink(link.Cid, partSize, link.StoredSize))], sum);
        return null;
    }
}
