using Microsoft.Data.Sqlite;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Storage;

/// <summary>A network's store as it stands at one moment, for reading alone: for audits, also while a server writes to it.</summary>
public sealed class SqliteSnapshot : IDisposable
{
    private const int Chunk = 256;

    private readonly SqliteReader _reader;

    private SqliteSnapshot(SqliteReader reader) => _reader = reader;

    /// <summary>Opens the store of a data directory.</summary>
    /// <exception cref="StoreException">There is none, or it cannot be read.</exception>
    public static SqliteSnapshot Open(string directory)
    {
        var path = Path.Combine(directory, "network.db");
        if (!File.Exists(path))
            throw new StoreException($"There is no network in {directory}: it has no file network.db. Name the data directory of a network.");
        SqliteReader? reader = null;
        try
        {
            reader = new SqliteReader(new SqliteDatabase(path));
            reader["BEGIN"].Execute();
            return new SqliteSnapshot(reader);
        }
        catch (SqliteException failure)
        {
            reader?.Dispose();
            throw new StoreException($"{path} cannot be read: {failure.Message.TrimEnd('.')}. Name the data directory of a network.", failure);
        }
    }

    public Account? Account(long key) => _reader[$"SELECT {Rows.AccountColumns} FROM account WHERE key = ?"].Bind(key).ReadOne(Rows.Account);

    /// <summary>Every block, oldest first.</summary>
    public IEnumerable<Block> Blocks() => All($"SELECT {Rows.BlockColumns} FROM block WHERE height > ? ORDER BY height LIMIT ?", Rows.Block, static b => b.Height);

    /// <summary>Every account.</summary>
    public IEnumerable<Account> Accounts() => All($"SELECT {Rows.AccountColumns} FROM account WHERE key > ? ORDER BY key LIMIT ?", Rows.Account, static a => a.Key);

    public void Dispose() => _reader.Dispose();

    private IEnumerable<T> All<T>(string sql, Func<Statement, T> read, Func<T, long> key)
    {
        var last = long.MinValue;
        while (_reader[sql].Bind(last).Bind(Chunk).ReadAll(read) is { Count: > 0 } chunk)
        {
            foreach (var row in chunk)
                yield return row;
            last = key(chunk[^1]);
        }
    }
}
