using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>The blocks of the network's files, deduplicated, and who pinned what. Any number of callers at once.</summary>
public interface IContentStore : IDisposable
{
    /// <summary>A block's bytes; null where the network does not hold it.</summary>
    ValueTask<byte[]?> ReadBlockAsync(Cid cid, CancellationToken cancellation);

    /// <summary>Writes blocks; when it returns they are on disk. Those that are there already are left as they are.</summary>
    ValueTask WriteBlocksAsync(IReadOnlyList<IpfsBlock> blocks, CancellationToken cancellation);

    /// <summary>Writes a file's last blocks and pins it, in one transaction; when it returns both are on disk. Pinning twice keeps the first time.</summary>
    ValueTask<Pin> PinAsync(IReadOnlyList<IpfsBlock> lastBlocks, Pin pin, CancellationToken cancellation);

    /// <summary>The pin of a file, by whomever; null where nobody pinned it.</summary>
    ValueTask<Pin?> ReadPinAsync(Cid root, CancellationToken cancellation);
}

/// <summary>A file that somebody pinned.</summary>
/// <param name="Root">Its CID.</param>
/// <param name="Account">The account that pinned it first.</param>
/// <param name="Size">The size of its blocks in bytes.</param>
/// <param name="At">When.</param>
public sealed record Pin(Cid Root, long Account, long Size, DateTimeOffset At);
