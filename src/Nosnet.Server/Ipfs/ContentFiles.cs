using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>Files of the content store.</summary>
internal sealed class ContentFiles(IContentStore store, TimeProvider time)
{
    /// <summary>How many bytes of blocks are written at once.</summary>
    private const int BatchBytes = 4 * 1024 * 1024;

    public async ValueTask<bool> IsPinnedAsync(Cid cid, CancellationToken cancellation) => await store.ReadPinAsync(cid, cancellation) is not null;

    /// <summary>A file to read from; null where the network does not hold it.</summary>
    /// <exception cref="UnixFsException">What it holds under that id is no file.</exception>
    public async ValueTask<ContentStream?> OpenAsync(Cid cid, CancellationToken cancellation)
    {
        if (await store.ReadBlockAsync(cid, cancellation) is null)
            return null;
        var reader = new UnixFsReader(FetchAsync);
        return new ContentStream(reader, cid, await reader.SizeAsync(cid, cancellation));
    }

    /// <summary>A whole file; null where the network does not hold it or where it is larger than allowed.</summary>
    public async ValueTask<byte[]?> ReadAsync(Cid cid, int most, CancellationToken cancellation)
    {
        await using var file = await OpenAsync(cid, cancellation);
        if (file is null || file.Length > most)
            return null;
        var bytes = new byte[file.Length];
        await file.ReadExactlyAsync(bytes, cancellation);
        return bytes;
    }

    /// <summary>Takes a file in, a few chunks at a time, and pins it.</summary>
    public async Task<Pin> PinAsync(Stream content, long account, CancellationToken cancellation)
    {
        var batch = new List<IpfsBlock>();
        var batchBytes = 0;
        var file = await UnixFsImporter.ImportAsync(content, async block =>
        {
            batch.Add(new IpfsBlock(block.Cid, block.Bytes.ToArray()));
            batchBytes += block.Bytes.Length;
            if (batchBytes < BatchBytes)
                return;
            await store.WriteBlocksAsync(batch, cancellation);
            batch.Clear();
            batchBytes = 0;
        }, cancellation);
        return await store.PinAsync(batch, new Pin(file.Root, account, file.StoredSize, time.GetUtcNow()), cancellation);
    }

    private async ValueTask<ReadOnlyMemory<byte>?> FetchAsync(Cid cid, CancellationToken cancellation) =>
        await store.ReadBlockAsync(cid, cancellation) is { } bytes ? bytes : null;
}
