using Microsoft.Data.Sqlite;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Storage;

/// <summary>The writing half of the SQLite store: one connection, statements prepared once.</summary>
public sealed class SqliteLaneStore : ILaneStore
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCheckpoints _checkpoints;
    private readonly RecentJobs _recent;
    private readonly List<long> _written = [];
    private readonly List<Statement> _all = [];
    private readonly Statement _begin, _commit, _rollback;
    private readonly Statement _head, _lastBlock, _markets, _nodes, _running;
    private readonly Statement _account, _accountByAddress, _vaults, _apiKey, _budget, _job, _queue, _answer;
    private readonly Statement _writeAccount, _writeApiKey, _writeBudget, _writeMarket, _writeNode, _writeJob, _writeBlock, _writeAnswer, _deleteApiKey, _deleteAnswers;
    private readonly Statement _deployment, _deploymentByAddress, _deploymentByIdempotency, _unsettled, _replicas, _revision, _tasks, _active, _completed;
    private readonly Statement _writeDeployment, _writeRevision, _writeTask, _writeEvent, _deleteTask;
    private readonly Statement[] _deleteParts;

    internal SqliteLaneStore(SqliteDatabase database, RecentJobs recent)
    {
        _recent = recent;
        _connection = database.OpenWriter(Schema.Network);
        _checkpoints = new SqliteCheckpoints(database, _connection);
        _begin = Prepare("BEGIN IMMEDIATE");
        _commit = Prepare("COMMIT");
        _rollback = Prepare("ROLLBACK");
        _head = Prepare("""
            SELECT (SELECT COALESCE(MAX(key), 0) FROM account), COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'api_key'), 0),
                   (SELECT COALESCE(MAX(key), 0) FROM market), (SELECT COALESCE(MAX(key), 0) FROM node), (SELECT COALESCE(MAX(key), 0) FROM job),
                   (SELECT COALESCE(MAX(key), 0) FROM deployment), (SELECT COALESCE(MAX(key), 0) FROM deployment_revision),
                   (SELECT COALESCE(MAX(key), 0) FROM deployment_task), (SELECT COALESCE(MAX(key), 0) FROM deployment_event)
            """);
        _lastBlock = Prepare($"SELECT {Rows.BlockColumns} FROM block ORDER BY height DESC LIMIT 1");
        _markets = Prepare($"SELECT {Rows.MarketColumns} FROM market");
        _nodes = Prepare($"SELECT {Rows.NodeColumns} FROM node");
        _running = Prepare($"SELECT {Rows.JobColumns} FROM job WHERE state = 1");
        _account = Prepare($"SELECT {Rows.AccountColumns} FROM account WHERE key = ?");
        _accountByAddress = Prepare($"SELECT {Rows.AccountColumns} FROM account WHERE address = ?");
        _vaults = Prepare($"SELECT {Rows.AccountColumns} FROM account WHERE owner = ? AND owner <> 0");
        _apiKey = Prepare($"SELECT {Rows.ApiKeyColumns} FROM api_key WHERE key = ?");
        _budget = Prepare($"SELECT {Rows.BudgetColumns} FROM budget WHERE key = ?");
        _job = Prepare($"SELECT {Rows.JobColumns} FROM job WHERE key = ?");
        _queue = Prepare("SELECT key, wanted_node, avoided_node, requirements FROM job WHERE state = 0 AND market = ? AND key > ? ORDER BY key LIMIT ?");
        _answer = Prepare($"SELECT {Rows.AnswerColumns} FROM answer WHERE id = ?");
        _writeAccount = Prepare(Upsert("account", Rows.AccountColumns));
        _writeApiKey = Prepare(Upsert("api_key", Rows.ApiKeyColumns));
        _writeBudget = Prepare(Upsert("budget", Rows.BudgetColumns));
        _writeMarket = Prepare(Upsert("market", Rows.MarketColumns));
        _writeNode = Prepare(Upsert("node", Rows.NodeColumns));
        _writeJob = Prepare(Upsert("job", Rows.JobColumns));
        _deleteApiKey = Prepare("DELETE FROM api_key WHERE key = ?");
        _writeBlock = Prepare($"INSERT INTO block ({Rows.BlockColumns}) VALUES (?, ?, ?, ?, ?, ?)");
        _writeAnswer = Prepare($"INSERT OR REPLACE INTO answer ({Rows.AnswerColumns}) VALUES (?, ?, ?, ?, ?)");
        _deleteAnswers = Prepare("DELETE FROM answer WHERE key IN (SELECT key FROM answer ORDER BY key LIMIT ?) AND at < ?");
        _deployment = Prepare($"SELECT {DeploymentRows.DeploymentColumns} FROM deployment WHERE key = ?");
        _deploymentByAddress = Prepare($"SELECT {DeploymentRows.DeploymentColumns} FROM deployment WHERE address = ?");
        _deploymentByIdempotency = Prepare($"SELECT {DeploymentRows.DeploymentColumns} FROM deployment WHERE account = ? AND idempotency_key = ? AND deleted = 0");
        _unsettled = Prepare($"SELECT {DeploymentRows.DeploymentColumns} FROM deployment WHERE status IN (2, 4) AND deleted = 0 ORDER BY key");
        _replicas = Prepare("SELECT COALESCE(SUM(replicas), 0) FROM deployment WHERE account = ? AND status <> 7 AND deleted = 0");
        _revision = Prepare($"SELECT {DeploymentRows.RevisionColumns} FROM deployment_revision WHERE deployment = ? AND number = ?");
        _tasks = Prepare($"SELECT {DeploymentRows.TaskColumns} FROM deployment_task WHERE deployment = ? ORDER BY key");
        _active = Prepare($"SELECT {Rows.JobColumns} FROM job WHERE deployment = ? AND deployment <> 0 AND state IN (0, 1) ORDER BY key");
        _completed = Prepare($"SELECT {Rows.JobColumns} FROM job WHERE deployment = ? AND deployment <> 0 AND state = 2 ORDER BY ended_at DESC, key DESC LIMIT ?");
        _writeDeployment = Prepare(Upsert("deployment", DeploymentRows.DeploymentColumns));
        _writeRevision = Prepare(Upsert("deployment_revision", DeploymentRows.RevisionColumns));
        _writeTask = Prepare(Upsert("deployment_task", DeploymentRows.TaskColumns));
        _writeEvent = Prepare(Upsert("deployment_event", DeploymentRows.EventColumns));
        _deleteTask = Prepare("DELETE FROM deployment_task WHERE key = ?");
        _deleteParts =
        [
            Prepare("DELETE FROM deployment_revision WHERE deployment = ?"),
            Prepare("DELETE FROM deployment_task WHERE deployment = ?"),
            Prepare("DELETE FROM deployment_event WHERE deployment = ?"),
        ];
    }

    public bool? IsLastCommitDurable { get; private set; } = false;

    public StoreHead ReadHead()
    {
        _head.Read();
        var head = new StoreHead { Account = _head.Long(), ApiKey = _head.Long(), Market = _head.Long(), Node = _head.Long(), Job = _head.Long() } with
        {
            Deployment = _head.Long(),
            Revision = _head.Long(),
            Task = _head.Long(),
            Event = _head.Long(),
        };
        _head.Reset();
        return _lastBlock.ReadOne(Rows.Block) is { } block ? head with { Height = block.Height, BlockHash = block.Hash, BlockAt = block.At } : head;
    }

    public IReadOnlyList<Market> ReadMarkets() => _markets.ReadAll(Rows.Market);
    public IReadOnlyList<Node> ReadNodes() => _nodes.ReadAll(Rows.Node);
    public IReadOnlyList<Job> ReadRunningJobs() => _running.ReadAll(Rows.Job);
    public Account? ReadAccount(long key) => _account.Bind(key).ReadOne(Rows.Account);
    public Account? ReadAccount(AccountAddress address) => _accountByAddress.Bind(address.Value).ReadOne(Rows.Account);
    public IReadOnlyList<Account> ReadVaults(long owner) => _vaults.Bind(owner).ReadAll(Rows.Account);
    public ApiKey? ReadApiKey(long key) => _apiKey.Bind(key).ReadOne(Rows.ApiKey);
    public Budget? ReadBudget(long apiKey) => _budget.Bind(apiKey).ReadOne(Rows.Budget);
    public Job? ReadJob(long key) => _job.Bind(key).ReadOne(Rows.Job);

    public IReadOnlyList<QueuedJob> ReadQueue(long market, long after, int limit) =>
        _queue.Bind(market).Bind(after).Bind(limit).ReadAll(static row => new QueuedJob(row.Long(), row.Long(), row.Long(), Rows.Requirements(row)));

    public KeptAnswer? ReadAnswer(Guid id) => _answer.Bind(id).ReadOne(Rows.Answer);

    public Deployment? ReadDeployment(long key) => _deployment.Bind(key).ReadOne(DeploymentRows.Deployment);
    public Deployment? ReadDeployment(DeploymentAddress address) => _deploymentByAddress.Bind(address.Value).ReadOne(DeploymentRows.Deployment);

    public Deployment? ReadDeployment(long account, string idempotencyKey) =>
        _deploymentByIdempotency.Bind(account).Bind(idempotencyKey).ReadOne(DeploymentRows.Deployment);

    public IReadOnlyList<Deployment> ReadUnsettledDeployments() => _unsettled.ReadAll(DeploymentRows.Deployment);
    public long ReadReplicas(long account) => _replicas.Bind(account).ReadNumber() ?? 0;
    public DeploymentRevision? ReadRevision(long deployment, int number) => _revision.Bind(deployment).Bind(number).ReadOne(DeploymentRows.Revision);
    public IReadOnlyList<DeploymentTask> ReadTasks(long deployment) => _tasks.Bind(deployment).ReadAll(DeploymentRows.Task);
    public IReadOnlyList<Job> ReadActiveJobs(long deployment) => _active.Bind(deployment).ReadAll(Rows.Job);
    public IReadOnlyList<Job> ReadCompletedJobs(long deployment, int limit) => _completed.Bind(deployment).Bind(limit).ReadAll(Rows.Job);

    /// <summary>The data directory is held by one process.</summary>
    public void Verify()
    {
    }

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
        {
            Rows.Write(_writeJob, row);
            _written.Add(row.Key);
        }

        foreach (var (key, row) in rows.ApiKeys)
        {
            if (row is null)
                _deleteApiKey.Bind(key).Execute();
            else
                Rows.Write(_writeApiKey, row);
        }

        foreach (var row in rows.Budgets.Values)
            Rows.Write(_writeBudget, row);
        foreach (var row in rows.Revisions.Values)
            DeploymentRows.Write(_writeRevision, row);
        foreach (var (key, row) in rows.Tasks)
        {
            if (row is null)
                _deleteTask.Bind(key).Execute();
            else
                DeploymentRows.Write(_writeTask, row);
        }

        foreach (var row in rows.Events.Values)
            DeploymentRows.Write(_writeEvent, row);
        foreach (var row in rows.Deployments.Values)
        {
            DeploymentRows.Write(_writeDeployment, row);
            if (row.Deleted)
                Array.ForEach(_deleteParts, part => part.Bind(row.Key).Execute());
        }
    }

    public void WriteBlock(Block block) => Rows.Write(_writeBlock, block);

    public void WriteAnswers(IReadOnlyCollection<KeptAnswer> answers, DateTimeOffset forgotten)
    {
        foreach (var answer in answers)
            Rows.Write(_writeAnswer, answer);
        _deleteAnswers.Bind(2 * answers.Count).Bind(forgotten).Execute();
    }

    public void Tell(Committed changes)
    {
    }

    public void Commit()
    {
        IsLastCommitDurable = false;
        try
        {
            _commit.Execute();
        }
        catch (StoreUnavailableException failure) when (failure.InnerException is SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_IOERR })
        {
            // It may have been written and only its sync have failed; then a crash before the next commit would bring it back.
            IsLastCommitDurable = null;
            _recent.Forget();
            throw;
        }

        _written.ForEach(_recent.Forget);
        _written.Clear();
        _checkpoints.AfterCommit();
    }

    public void Rollback()
    {
        _written.Clear();
        // SQLite itself rolls back on some failures, a full disk among them; then there is nothing left to do.
        if (SQLitePCL.raw.sqlite3_get_autocommit(_connection.Handle) == 0)
            _rollback.Execute();
    }

    public void Dispose()
    {
        _checkpoints.Dispose();
        _all.ForEach(static s => s.Dispose());
        _connection.Dispose();
    }

    /// <summary>Writes a row: a new one is inserted, one that is there is replaced in place.</summary>
    private static string Upsert(string table, string columns)
    {
        var names = columns.Split(", ");
        var updates = string.Join(", ", names.Skip(1).Select(n => $"{n} = excluded.{n}"));
        return $"INSERT INTO {table} ({columns}) VALUES ({string.Join(", ", names.Select(_ => "?"))}) ON CONFLICT (key) DO UPDATE SET {updates}";
    }

    private Statement Prepare(string sql)
    {
        var statement = new Statement(_connection, sql);
        _all.Add(statement);
        return statement;
    }
}
