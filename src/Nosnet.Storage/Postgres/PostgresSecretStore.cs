using Nosnet.Engine;

namespace Nosnet.Storage;

/// <summary>The secrets in the network's PostgreSQL database. Any server of the network writes to it.</summary>
public sealed class PostgresSecretStore : ISecretStore
{
    private const string Columns = "account, name, value, created_at, updated_at, last_used_at";

    private readonly PostgresReader _reader;

    internal PostgresSecretStore(PostgresDatabase database) => _reader = new PostgresReader(database);

    public async ValueTask<IReadOnlyList<SealedSecret>> ListAsync(long account, CancellationToken cancellation) =>
        await _reader.AllAsync($"SELECT {Columns} FROM secret WHERE account = $1 ORDER BY name COLLATE \"C\"", Secret, cancellation, account).ConfigureAwait(false);

    public ValueTask<SealedSecret?> ReadAsync(long account, string name, CancellationToken cancellation) =>
        _reader.OneAsync($"SELECT {Columns} FROM secret WHERE account = $1 AND name = $2", Secret, cancellation, account, name);

    public async ValueTask<bool> WriteAsync(SealedSecret secret, int most, CancellationToken cancellation) =>
        await _reader.OneAsync(
            $"""
            INSERT INTO secret ({Columns})
            SELECT $1, $2, $3, $4, $5, $6::bigint
            WHERE EXISTS (SELECT 1 FROM secret WHERE account = $1 AND name = $2) OR (SELECT count(*) FROM secret WHERE account = $1) < $7
            ON CONFLICT (account, name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at
            RETURNING name
            """,
            Name,
            cancellation,
            [.. Values(secret), (long)most]).ConfigureAwait(false) is not null;

    public async ValueTask<bool> AddAsync(SealedSecret secret, CancellationToken cancellation) =>
        await _reader.OneAsync(
            $"INSERT INTO secret ({Columns}) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (account, name) DO NOTHING RETURNING name",
            Name,
            cancellation,
            Values(secret)).ConfigureAwait(false) is not null;

    public async ValueTask<bool> DeleteAsync(long account, string name, CancellationToken cancellation) =>
        await _reader.OneAsync("DELETE FROM secret WHERE account = $1 AND name = $2 RETURNING name", Name, cancellation, account, name).ConfigureAwait(false) is not null;

    public async ValueTask UseAsync(long account, IReadOnlyCollection<string> names, DateTimeOffset at, CancellationToken cancellation) =>
        await _reader.AllAsync(
            "UPDATE secret SET last_used_at = $1 WHERE account = $2 AND name = ANY($3) RETURNING name",
            Name,
            cancellation,
            at.ToUnixTimeMilliseconds(),
            account,
            names.ToArray()).ConfigureAwait(false);

    /// <summary>The database belongs to all the stores.</summary>
    public void Dispose()
    {
    }

    private static object[] Values(SealedSecret secret) =>
    [
        secret.Account,
        secret.Name,
        secret.Value.ToArray(),
        secret.CreatedAt.ToUnixTimeMilliseconds(),
        secret.UpdatedAt.ToUnixTimeMilliseconds(),
        (object?)secret.LastUsedAt?.ToUnixTimeMilliseconds() ?? DBNull.Value,
    ];

    private static string Name(PostgresRow row) => row.Text();

    private static SealedSecret Secret(PostgresRow row)
    {
        IRowReader columns = row;
        return new(columns.Long(), columns.Text(), columns.Blob(), columns.Time(), columns.Time(), columns.TimeOrNull());
    }
}
