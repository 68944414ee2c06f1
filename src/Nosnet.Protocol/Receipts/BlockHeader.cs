using System.Diagnostics.CodeAnalysis;

namespace Nosnet.Protocol;

/// <summary>A block without its entries: what its signature is over. Hashes are in base58.</summary>
public record BlockHeader
{
    /// <summary>Its number: one more than that of the block before; the first is 1.</summary>
    public required long Height { get; init; }

    /// <summary>The hash of the block before; zeros before the first.</summary>
    public required string Previous { get; init; }

    /// <summary>The Merkle root of its entries, as RFC 9162 builds it over SHA-256.</summary>
    public required string Root { get; init; }

    /// <summary>When, to the millisecond.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The hash of the four above, that is signed and that the next block names.</summary>
    public required string Hash { get; init; }

    /// <summary>The Ed25519 signature of the hash with the network's key, in base58.</summary>
    public required string Signature { get; init; }
}

/// <summary><c>GET /api/receipts/head</c>: the newest block. Whoever keeps one can show later that the history was changed behind it.</summary>
public sealed record ChainHead : BlockHeader
{
    /// <summary>The head of a chain.</summary>
    public ChainHead()
    {
    }

    [SetsRequiredMembers]
    internal ChainHead(BlockHeader header, AccountAddress network)
        : base(header) => Network = network;

    /// <summary>The network's key: the address of its own account.</summary>
    public required AccountAddress Network { get; init; }
}

/// <summary>A block with its entries, as an export holds it.</summary>
public sealed record BlockView : BlockHeader
{
    /// <summary>A block.</summary>
    public BlockView()
    {
    }

    [SetsRequiredMembers]
    internal BlockView(BlockHeader header, byte[] entries)
        : base(header) => Entries = entries;

    /// <summary>The entries, each behind its length, in base64.</summary>
    public required byte[] Entries { get; init; }
}

/// <summary><c>GET /api/blocks</c>: a stretch of the chain, oldest first.</summary>
/// <param name="Network">The network's key.</param>
/// <param name="Blocks">The blocks; none where the chain ends before.</param>
public sealed record BlockPage(AccountAddress Network, IReadOnlyList<BlockView> Blocks);
