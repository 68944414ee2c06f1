using Microsoft.Data.Sqlite;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Storage;

/// <summary>The writing half of the SQLite store: one connection, statements prepared once.</summary>
public sealed class SqliteLaneStore : ILaneStore
{
    private readonly SqliteConnection _connection;
    private readonly List<Statement> _all = [];
    private readonly Statement _begin, _commit, _rollback;
    private readonly Statement _head, _lastBlock, _markets, _nodes, _running;
    private readonly Statement _account, _accountByAddress, _apiKey, _job, _queue;
    private readonly Statement _writeAccount, _writeApiKey, _writeMarket, _writeNode, _writeJob, _writeBlock, _deleteApiKey;

    internal SqliteLaneStore(SqliteDatabase database)
    {
        _connection = database.OpenWriter(Schema.Network);
        _begin = Prepare("BEGIN IMMEDIATE");
        _commit = Prepare("COMMIT");
        _rollback = Prepare("ROLLBACK");
        _head = Prepare("""
            SELECT (SELECT COALESCE(MAX(key), 0) FROM account), (SELECT COALESCE(MAX(key), 0) FROM api_key),
                   (SELECT COALESCE(MAX(key), 0) FROM market), (SELECT COALESCE(MAX(key), 0) FROM node), (SELECT COALESCE(MAX(key), 0) FROM job)
            """);
        _lastBlock = Prepare("SELECT height, previous, root, at, signature, entries FROM block ORDER BY height DESC LIMIT 1");
        _markets = Prepare($"SELECT {Rows.MarketColumns} FROM market");
        _nodes = Prepare($"SELECT {Rows.NodeColumns} FROM node");
        _running = Prepare($"SELECT {Rows.JobColumns} FROM job WHERE state = 1");
        _account = Prepare($"SELECT {Rows.AccountColumns} FROM account WHERE key = ?");
        _accountByAddress = Prepare($"SELECT {Rows.AccountColumns} FROM account WHERE address = ?");
        _apiKey = Prepare($"SELECT {Rows.ApiKeyColumns} FROM api_key WHERE key = ?");
        _job = Prepare($"SELECT {Rows.JobColumns} FROM job WHERE key = ?");
        _queue = Prepare("SELECT key, wanted_node FROM job WHERE state = 0 AND market = ? AND key > ? ORDER BY key LIMIT ?");
        _writeAccount = Prepare(Rows.Upsert("account", Rows.AccountColumns));
        _writeApiKey = Prepare(Rows.Upsert("api_key", Rows.ApiKeyColumns));
        _writeMarket = Prepare(Rows.Upsert("market", Rows.MarketColumns));
        _writeNode = Prepare(Rows.Upsert("node", Rows.NodeColumns));
        _writeJob = Prepare(Rows.Upsert("job", Rows.JobColumns));
        _deleteApiKey = Prepare("DELETE FROM api_key WHERE key = ?");
        _writeBlock = Prepare("INSERT INTO block (height, previous, root, at, signature, entries) VALUES (?, ?, ?, ?, ?, ?)");
    }

    public StoreHead ReadHead()
    {
        _head.Read();
        var head = new StoreHead { Account = _head.Long(), ApiKey = _head.Long(), Market = _head.Long(), Node = _head.Long(), Job = _head.Long() };
        _head.Reset();
        return _lastBlock.ReadOne(ReadBlock) is { } block ? head with { Height = block.Height, BlockHash = block.Hash, BlockAt = block.At } : head;
    }

    public IReadOnlyList<Market> ReadMarkets() => _markets.ReadAll(Rows.Market);
    public IReadOnlyList<Node> ReadNodes() => _nodes.ReadAll(Rows.Node);
    public IReadOnlyList<Job> ReadRunningJobs() => _running.ReadAll(Rows.Job);
    public Account? ReadAccount(long key) => _account.Bind(key).ReadOne(Rows.Account);
    public Account? ReadAccount(AccountAddress address) => _accountByAddress.Bind(address.Value).ReadOne(Rows.Account);
    public ApiKey? ReadApiKey(long key) => _apiKey.Bind(key).ReadOne(Rows.ApiKey);
    public Job? ReadJob(long key) => _job.Bind(key).ReadOne(Rows.Job);

    public IReadOnlyList<QueuedJob> ReadQueue(long market, long after, int limit) =>
        _queue.Bind(market).Bind(after).Bind(limit).ReadAll(static row => new QueuedJob(row.Long(), row.Long()));

    public void Begin() => _begin.Execute();

    public void Write(ChangedRows rows)
    {
        foreach (var row in rows.Accounts.Values)
            Rows.Write(_writeAccount, row);
        foreach (var row in rows.Markets.Values)
            Rows.Write(_writeMarket, row);
        foreach (var row in rows.Nodes.Values)
            Rows.Write(_writeNode, row);
        // In the order of their keys, so that new rows are appended to the table.
        foreach (var row in rows.Jobs.Values.OrderBy(j => j.Key))
            Rows.Write(_writeJob, row);
        foreach (var (key, row) in rows.ApiKeys)
        {
            if (row is null)
                _deleteApiKey.Bind(key).Execute();
            else
                Rows.Write(_writeApiKey, row);
        }
    }

    public void WriteBlock(Block block) => _writeBlock
        .Bind(block.Height).Bind(block.Previous).Bind(block.Root).Bind(block.At).Bind(block.Signature).Bind(block.Entries)
        .Execute();

    public void Commit() => _commit.Execute();

    public void Rollback()
    {
        // SQLite itself rolls back on some failures, a full disk among them; then there is nothing left to do.
        if (SQLitePCL.raw.sqlite3_get_autocommit(_connection.Handle) == 0)
            _rollback.Execute();
    }

    public void Dispose()
    {
        _all.ForEach(static s => s.Dispose());
        _connection.Dispose();
    }

    internal static Block ReadBlock(Statement row) => new()
    {
        Height = row.Long(),
        Previous = row.Digest(),
        Root = row.Digest(),
        At = row.Time(),
        Signature = row.Blob(),
        Entries = row.Blob(),
    };

    private Statement Prepare(string sql)
    {
        var statement = new Statement(_connection, sql);
        _all.Add(statement);
        return statement;
    }
}
