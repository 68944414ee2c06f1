using Microsoft.Data.Sqlite;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Storage;

/// <summary>The content store in a SQLite file of its own: many readers, one writer at a time.</summary>
public sealed class SqliteContentStore : IContentStore
{
    private readonly SqliteReaders _readers;
    private readonly SqliteConnection _connection;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Statement _begin, _commit, _rollback, _writeBlock, _writePin;

    internal SqliteContentStore(SqliteDatabase database)
    {
        _connection = database.OpenWriter(Schema.Content);
        _readers = new SqliteReaders(database);
        _begin = new Statement(_connection, "BEGIN IMMEDIATE");
        _commit = new Statement(_connection, "COMMIT");
        _rollback = new Statement(_connection, "ROLLBACK");
        _writeBlock = new Statement(_connection, "INSERT INTO block (digest, bytes) VALUES (?, ?) ON CONFLICT DO NOTHING");
        _writePin = new Statement(_connection, "INSERT INTO pin (root, account, size, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING");
    }

    public ValueTask<byte[]?> ReadBlockAsync(Cid cid, CancellationToken cancellation) =>
        ValueTask.FromResult(_readers.Read(r => r["SELECT bytes FROM block WHERE digest = ?"].Bind(cid.Digest).ReadOne(static row => row.Blob())));

    public ValueTask<Pin?> ReadPinAsync(Cid root, CancellationToken cancellation) => ValueTask.FromResult(_readers.Read(r =>
        r["SELECT account, size, at FROM pin WHERE root = ?"].Bind(root.Digest).ReadOne(row => new Pin(root, row.Long(), row.Long(), row.Time()))));

    public ValueTask WriteBlocksAsync(IReadOnlyList<IpfsBlock> blocks, CancellationToken cancellation) => WriteAsync(blocks, pin: null, cancellation);

    public async ValueTask<Pin> PinAsync(IReadOnlyList<IpfsBlock> lastBlocks, Pin pin, CancellationToken cancellation)
    {
        await WriteAsync(lastBlocks, pin, cancellation).ConfigureAwait(false);
        return (await ReadPinAsync(pin.Root, cancellation).ConfigureAwait(false))!;
    }

    public void Dispose()
    {
        _readers.Dispose();
        foreach (var statement in (Statement[])[_begin, _commit, _rollback, _writeBlock, _writePin])
            statement.Dispose();
        _connection.Dispose();
        _writing.Dispose();
    }

    private async ValueTask WriteAsync(IReadOnlyList<IpfsBlock> blocks, Pin? pin, CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            _begin.Execute();
            foreach (var block in blocks)
                _writeBlock.Bind(block.Cid.Digest).Bind(block.Bytes.Span).Execute();
            if (pin is not null)
                _writePin.Bind(pin.Root.Digest).Bind(pin.Account).Bind(pin.Size).Bind(pin.At).Execute();
            _commit.Execute();
        }
        catch
        {
            if (SQLitePCL.raw.sqlite3_get_autocommit(_connection.Handle) == 0)
                _rollback.Execute();
            throw;
        }
        finally
        {
            _writing.Release();
        }
    }
}
