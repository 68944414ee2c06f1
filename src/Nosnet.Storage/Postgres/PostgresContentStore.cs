using Nosnet.Engine;
using Nosnet.Protocol;
using Npgsql;

namespace Nosnet.Storage;

/// <summary>The content store in the network's PostgreSQL database. Any server of the network writes to it.</summary>
public sealed class PostgresContentStore : IContentStore
{
    private readonly PostgresReader _reader;

    internal PostgresContentStore(PostgresDatabase database) => _reader = new PostgresReader(database);

    public ValueTask<byte[]?> ReadBlockAsync(Cid cid, CancellationToken cancellation) =>
        _reader.OneAsync("SELECT bytes FROM content_block WHERE digest = $1", static row => row.Blob(), cancellation, cid.Digest.ToArray());

    public ValueTask<Pin?> ReadPinAsync(Cid root, CancellationToken cancellation) => _reader.OneAsync(
        "SELECT account, size, at FROM content_pin WHERE root = $1",
        row => new Pin(root, row.Long(), row.Long(), ((IRowReader)row).Time()), cancellation, root.Digest.ToArray());

    public ValueTask WriteBlocksAsync(IReadOnlyList<IpfsBlock> blocks, CancellationToken cancellation) => WriteAsync(blocks, pin: null, cancellation);

    public async ValueTask<Pin> PinAsync(IReadOnlyList<IpfsBlock> lastBlocks, Pin pin, CancellationToken cancellation)
    {
        await WriteAsync(lastBlocks, pin, cancellation).ConfigureAwait(false);
        return (await ReadPinAsync(pin.Root, cancellation).ConfigureAwait(false))!;
    }

    /// <summary>The database belongs to all the stores.</summary>
    public void Dispose()
    {
    }

    private async ValueTask WriteAsync(IReadOnlyList<IpfsBlock> blocks, Pin? pin, CancellationToken cancellation)
    {
        var commands = new List<NpgsqlBatchCommand>();
        if (blocks.Count > 0)
        {
            var table = new PostgresTable("content_block", "digest, bytes", OnConflict.Keep);
            // In the order of their digests: two writers of the same blocks wait for each other, but never both.
            foreach (var block in blocks.OrderBy(b => Convert.ToHexString(b.Cid.Digest.ToArray()), StringComparer.Ordinal))
                table.Bind(block.Cid.Digest).Bind(block.Bytes.Span).Execute();
            commands.Add(table.Take());
        }

        if (pin is not null)
        {
            var table = new PostgresTable("content_pin", "root, account, size, at", OnConflict.Keep);
            ((IRowWriter)table).Bind(pin.Root.Digest).Bind(pin.Account).Bind(pin.Size).Bind(pin.At).Execute();
            commands.Add(table.Take());
        }

        if (commands.Count > 0)
            await _reader.WriteAsync(commands, cancellation).ConfigureAwait(false);
    }
}
