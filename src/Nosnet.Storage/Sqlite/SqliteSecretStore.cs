using System.Text.Json;
using Microsoft.Data.Sqlite;
using Nosnet.Engine;

namespace Nosnet.Storage;

/// <summary>The secrets in a SQLite file of their own. What is replaced or removed there is overwritten.</summary>
public sealed class SqliteSecretStore : ISecretStore
{
    private const string Columns = "account, name, value, created_at, updated_at, last_used_at";

    private readonly SqliteReaders _readers;
    private readonly SqliteConnection _connection;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Statement _write, _add, _delete, _use;

    internal SqliteSecretStore(SqliteDatabase database)
    {
        _connection = database.OpenWriter(Schema.Secrets);
        SqliteDatabase.Execute(_connection, "PRAGMA secure_delete = ON;");
        _readers = new SqliteReaders(database);
        _write = new Statement(_connection, $"""
            INSERT INTO secret ({Columns})
            SELECT ?1, ?2, ?3, ?4, ?5, ?6
            WHERE EXISTS (SELECT 1 FROM secret WHERE account = ?1 AND name = ?2) OR (SELECT COUNT(*) FROM secret WHERE account = ?1) < ?7
            ON CONFLICT (account, name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at
            RETURNING 1
            """);
        _add = new Statement(_connection, $"INSERT INTO secret ({Columns}) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (account, name) DO NOTHING RETURNING 1");
        _delete = new Statement(_connection, "DELETE FROM secret WHERE account = ? AND name = ? RETURNING 1");
        _use = new Statement(_connection, "UPDATE secret SET last_used_at = ? WHERE account = ? AND name IN (SELECT value FROM json_each(?)) RETURNING 1");
    }

    public ValueTask<IReadOnlyList<SealedSecret>> ListAsync(long account, CancellationToken cancellation) => ValueTask.FromResult(_readers.Read(
        r => (IReadOnlyList<SealedSecret>)r[$"SELECT {Columns} FROM secret WHERE account = ? ORDER BY name"].Bind(account).ReadAll(Secret)));

    public ValueTask<SealedSecret?> ReadAsync(long account, string name, CancellationToken cancellation) => ValueTask.FromResult(_readers.Read(
        r => r[$"SELECT {Columns} FROM secret WHERE account = ? AND name = ?"].Bind(account).Bind(name).ReadOne(Secret)));

    public ValueTask<bool> WriteAsync(SealedSecret secret, int most, CancellationToken cancellation) => WriteAsync(
        () => Bind(_write, secret).Bind(most).Counts(), cancellation);

    public ValueTask<bool> AddAsync(SealedSecret secret, CancellationToken cancellation) => WriteAsync(() => Bind(_add, secret).Counts(), cancellation);

    public ValueTask<bool> DeleteAsync(long account, string name, CancellationToken cancellation) =>
        WriteAsync(() => _delete.Bind(account).Bind(name).Counts(), cancellation);

    public async ValueTask UseAsync(long account, IReadOnlyCollection<string> names, DateTimeOffset at, CancellationToken cancellation) =>
        await WriteAsync(() => _use.Bind(at).Bind(account).Bind(JsonSerializer.Serialize(names)).Counts(), cancellation).ConfigureAwait(false);

    public void Dispose()
    {
        _readers.Dispose();
        foreach (var statement in (Statement[])[_write, _add, _delete, _use])
            statement.Dispose();
        _connection.Dispose();
        _writing.Dispose();
    }

    private static Statement Bind(Statement statement, SealedSecret secret) => statement.Bind(secret.Account).Bind(secret.Name).Bind(secret.Value.Span)
        .Bind(secret.CreatedAt).Bind(secret.UpdatedAt).Bind(secret.LastUsedAt?.ToUnixTimeMilliseconds());

    private static SealedSecret Secret(Statement row)
    {
        IRowReader columns = row;
        return new(columns.Long(), columns.Text(), columns.Blob(), columns.Time(), columns.Time(), columns.TimeOrNull());
    }

    // Each statement is a transaction by itself, on disk when it returns.
    private async ValueTask<bool> WriteAsync(Func<bool> write, CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return write();
        }
        finally
        {
            _writing.Release();
        }
    }
}
