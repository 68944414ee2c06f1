using System.Diagnostics.CodeAnalysis;
using SimpleBase;

namespace Nosnet.Protocol;

/// <summary>Blocks as they are said, and back.</summary>
public static class BlockText
{
    /// <summary>A block without its entries.</summary>
    public static BlockHeader Header(Block block)
    {
        ArgumentNullException.ThrowIfNull(block);
        return new BlockHeader
        {
            Height = block.Height,
            Previous = block.Previous.ToString(),
            Root = block.Root.ToString(),
            At = block.At,
            Hash = block.Hash.ToString(),
            Signature = Base58.Bitcoin.Encode(block.Signature),
        };
    }

    /// <summary>The newest block of a network's chain.</summary>
    public static ChainHead Head(Block block, AccountAddress network) => new(Header(block), network);

    /// <summary>A block with its entries.</summary>
    public static BlockView View(Block block) => new(Header(block), block.Entries);

    /// <summary>The block that was said; false where its hashes or its signature are none, or its hash is another.</summary>
    public static bool TryRead(BlockHeader header, byte[] entries, [NotNullWhen(true)] out Block? block)
    {
        ArgumentNullException.ThrowIfNull(header);
        block = null;
        Span<byte> signature = stackalloc byte[KeyPair.SignatureLength + 4];
        if (!Bytes32.TryParseBase58(header.Previous, out var previous) || !Bytes32.TryParseBase58(header.Root, out var root)
            || header.Signature.Length > 88 || !Base58Text.TryDecode(header.Signature, signature, out var length) || length != KeyPair.SignatureLength)
            return false;
        block = new Block { Height = header.Height, Previous = previous, Root = root, At = header.At, Signature = signature[..length].ToArray(), Entries = entries };
        return block.Hash.ToString() == header.Hash;
    }
}
