using System.Diagnostics.CodeAnalysis;
using Nosnet.Engine;
using Nosnet.Protocol;
using Npgsql;

namespace Nosnet.Storage;

/// <summary>
/// The writing half of the PostgreSQL store. What a transaction writes is kept back and goes with its COMMIT as one pipelined batch,
/// so that a group costs one trip; only a read in between sends it earlier.
/// </summary>
public sealed class PostgresLaneStore : ILaneStore
{
    private static readonly string[] ReadHeadSql =
    [
        """
        SELECT (SELECT COALESCE(MAX(key), 0) FROM account), (SELECT GREATEST(COALESCE((SELECT MAX(key) FROM api_key), 0), COALESCE((SELECT MAX(key) FROM deleted_api_key), 0))),
               (SELECT COALESCE(MAX(key), 0) FROM market), (SELECT COALESCE(MAX(key), 0) FROM node), (SELECT COALESCE(MAX(key), 0) FROM job),
               (SELECT COALESCE(MAX(key), 0) FROM deployment), (SELECT COALESCE(MAX(key), 0) FROM deployment_revision),
               (SELECT COALESCE(MAX(key), 0) FROM deployment_task), (SELECT COALESCE(MAX(key), 0) FROM deployment_event)
        """,
        $"SELECT {Rows.BlockColumns} FROM block ORDER BY height DESC LIMIT 1",
    ];

    private static readonly string[] WholeDeploymentsSql =
    [
        $"SELECT {DeploymentRows.DeploymentColumns} FROM deployment WHERE key = ANY ($1)",
        $"SELECT {DeploymentRows.RevisionColumns} FROM deployment_revision WHERE (deployment, number) IN (SELECT key, active_revision FROM deployment WHERE key = ANY ($1))",
        $"SELECT {DeploymentRows.TaskColumns} FROM deployment_task WHERE deployment = ANY ($1)",
        $"SELECT {Rows.JobColumns} FROM job WHERE deployment = ANY ($1) AND deployment <> 0 AND state IN (0, 1)",
        $"SELECT {Rows.AccountColumns} FROM account WHERE key IN (SELECT unnest(ARRAY[d.account, d.vault]) FROM deployment d WHERE d.key = ANY ($1))",
    ];

    private static readonly string[] DeploymentParts = ["deployment_revision", "deployment_task", "deployment_event"];

    private readonly WriterSession _session;
    private readonly PostgresPeers _peers;
    private readonly PostgresTable _accounts = new("account", Rows.AccountColumns, OnConflict.Replace);
    private readonly PostgresTable _apiKeys = new("api_key", Rows.ApiKeyColumns, OnConflict.Replace);
    private readonly PostgresTable _budgets = new("budget", Rows.BudgetColumns, OnConflict.Replace);
    private readonly PostgresTable _markets = new("market", Rows.MarketColumns, OnConflict.Replace);
    private readonly PostgresTable _nodes = new("node", Rows.NodeColumns, OnConflict.Replace);
    private readonly PostgresTable _jobs = new("job", Rows.JobColumns, OnConflict.Replace);

    // Where a row may be there already, PostgreSQL looks for it and announces the new one before it inserts it, which takes more than twice the time.
    private readonly PostgresTable _newJobs = new("job", Rows.JobColumns, OnConflict.Fail);
    private readonly PostgresTable _answers = new("answer", Rows.AnswerColumns, OnConflict.Renew);
    private readonly PostgresTable _blocks = new("block", Rows.BlockColumns, OnConflict.Fail);
    private readonly PostgresTable _deployments = new("deployment", DeploymentRows.DeploymentColumns, OnConflict.Replace);
    private readonly PostgresTable _revisions = new("deployment_revision", DeploymentRows.RevisionColumns, OnConflict.Replace);
    private readonly PostgresTable _tasks = new("deployment_task", DeploymentRows.TaskColumns, OnConflict.Replace);
    private readonly PostgresTable _events = new("deployment_event", DeploymentRows.EventColumns, OnConflict.Replace);
    private readonly PostgresTable[] _tables;
    private readonly List<long> _deletedTasks = [];
    private readonly List<long> _deletedDeployments = [];
    private readonly List<long> _deletedApiKeys = [];

    /// <summary>The newest job that is written: those behind it are new. Before that is read, each may be there.</summary>
    private long _lastJob = long.MaxValue;

    private (long Most, DateTimeOffset Before)? _forgotten;
    private NpgsqlBatchCommand? _notice;

    private PostgresLaneStore(WriterSession session, PostgresPeers peers)
    {
        _session = session;
        _peers = peers;
        _tables = [_accounts, _apiKeys, _budgets, _markets, _nodes, _jobs, _newJobs, _blocks, _answers, _deployments, _revisions, _tasks, _events];
    }

    public bool? IsLastCommitDurable => _session.IsLastCommitDurable;

    /// <summary>Begins an epoch of this server as the writer; null where another server is it.</summary>
    internal static PostgresLaneStore? TryOpen(PostgresDatabase database, PostgresPeers peers) =>
        WriterSession.TryBegin(database, peers.Self) is { } session ? new PostgresLaneStore(session, peers) : null;

    public StoreHead ReadHead()
    {
        var head = _session.ReadAnew(connection => Query(connection, ReadHeadSql[0], static row => new StoreHead
        {
            Account = row.Long(),
            ApiKey = row.Long(),
            Market = row.Long(),
            Node = row.Long(),
            Job = row.Long(),
            Deployment = row.Long(),
            Revision = row.Long(),
            Task = row.Long(),
            Event = row.Long(),
        })).Single();
        _lastJob = head.Job;
        return ReadAll(ReadHeadSql[1], Rows.Block).FirstOrDefault() is { } block ? head with { Height = block.Height, BlockHash = block.Hash, BlockAt = block.At } : head;
    }

    public IReadOnlyList<Market> ReadMarkets() => ReadAll($"SELECT {Rows.MarketColumns} FROM market", Rows.Market);
    public IReadOnlyList<Node> ReadNodes() => ReadAll($"SELECT {Rows.NodeColumns} FROM node", Rows.Node);
    public IReadOnlyList<Job> ReadRunningJobs() => ReadAll($"SELECT {Rows.JobColumns} FROM job WHERE state = 1", Rows.Job);
    public Account? ReadAccount(long key) => ReadOne($"SELECT {Rows.AccountColumns} FROM account WHERE key = $1", Rows.Account, key);
    public Account? ReadAccount(AccountAddress address) => ReadOne($"SELECT {Rows.AccountColumns} FROM account WHERE address = $1", Rows.Account, address.Value.ToArray());
    public IReadOnlyList<Account> ReadVaults(long owner) => ReadAll($"SELECT {Rows.AccountColumns} FROM account WHERE owner = $1 AND owner <> 0", Rows.Account, owner);
    public ApiKey? ReadApiKey(long key) => ReadOne($"SELECT {Rows.ApiKeyColumns} FROM api_key WHERE key = $1", Rows.ApiKey, key);
    public Budget? ReadBudget(long apiKey) => ReadOne($"SELECT {Rows.BudgetColumns} FROM budget WHERE key = $1", Rows.Budget, apiKey);
    public Job? ReadJob(long key) => ReadOne($"SELECT {Rows.JobColumns} FROM job WHERE key = $1", Rows.Job, key);

    public IReadOnlyList<QueuedJob> ReadQueue(long market, long after, int limit) => ReadAll(
        "SELECT key, wanted_node, avoided_node, requirements FROM job WHERE state = 0 AND market = $1 AND key > $2 ORDER BY key LIMIT $3",
        static row => new QueuedJob(row.Long(), row.Long(), row.Long(), Rows.Requirements(row)), market, after, (long)limit);

    public KeptAnswer? ReadAnswer(Guid id) => ReadOne($"SELECT {Rows.AnswerColumns} FROM answer WHERE id = $1", Rows.Answer, id.ToByteArray(bigEndian: true));

    public Deployment? ReadDeployment(long key) => ReadOne($"SELECT {DeploymentRows.DeploymentColumns} FROM deployment WHERE key = $1", DeploymentRows.Deployment, key);

    public Deployment? ReadDeployment(DeploymentAddress address) =>
        ReadOne($"SELECT {DeploymentRows.DeploymentColumns} FROM deployment WHERE address = $1", DeploymentRows.Deployment, address.Value.ToArray());

    public Deployment? ReadDeployment(long account, string idempotencyKey) => ReadAll(
        $"SELECT {DeploymentRows.DeploymentColumns} FROM deployment WHERE account = $1 AND idempotency_key = $2 AND deleted = 0", DeploymentRows.Deployment, account, idempotencyKey).FirstOrDefault();

    public IReadOnlyList<Deployment> ReadUnsettledDeployments() =>
        ReadAll($"SELECT {DeploymentRows.DeploymentColumns} FROM deployment WHERE status IN (2, 4) AND deleted = 0 ORDER BY key", DeploymentRows.Deployment);

    public long ReadReplicas(long account) =>
        ReadAll("SELECT COALESCE(SUM(replicas), 0)::bigint FROM deployment WHERE account = $1 AND status <> 7 AND deleted = 0", static row => row.Long(), account).Single();

    public DeploymentRevision? ReadRevision(long deployment, int number) => ReadAll(
        $"SELECT {DeploymentRows.RevisionColumns} FROM deployment_revision WHERE deployment = $1 AND number = $2", DeploymentRows.Revision, deployment, (long)number).FirstOrDefault();

    public IReadOnlyList<DeploymentTask> ReadTasks(long deployment) =>
        ReadAll($"SELECT {DeploymentRows.TaskColumns} FROM deployment_task WHERE deployment = $1 ORDER BY key", DeploymentRows.Task, deployment);

    public IReadOnlyList<Job> ReadActiveJobs(long deployment) =>
        ReadAll($"SELECT {Rows.JobColumns} FROM job WHERE deployment = $1 AND deployment <> 0 AND state IN (0, 1) ORDER BY key", Rows.Job, deployment);

    public IReadOnlyList<Job> ReadCompletedJobs(long deployment, int limit) => ReadAll(
        $"SELECT {Rows.JobColumns} FROM job WHERE deployment = $1 AND deployment <> 0 AND state = 2 ORDER BY ended_at DESC, key DESC LIMIT $2", Rows.Job, deployment, (long)limit);

    public WholeDeployments ReadDeployments(IReadOnlyCollection<long> keys)
    {
        if (HasUnsent)
            _session.Send(Take());
        var wanted = keys.ToArray();
        return _session.Read(connection =>
        {
            using var batch = new NpgsqlBatch(connection);
            foreach (var sql in WholeDeploymentsSql)
                batch.BatchCommands.Add(new NpgsqlBatchCommand(sql) { Parameters = { new NpgsqlParameter<long[]> { TypedValue = wanted } } });
            using var reader = batch.ExecuteReader();
            return new WholeDeployments(
                ReadRows(reader, DeploymentRows.Deployment), Next(DeploymentRows.Revision), Next(DeploymentRows.Task), Next(Rows.Job), Next(Rows.Account));

            List<T> Next<T>(Func<PostgresRow, T> read)
            {
                reader.NextResult();
                return ReadRows(reader, read);
            }
        });
    }

    public void Verify() => _session.Verify();

    /// <summary>Nothing is sent before there is something to write.</summary>
    public void Begin()
    {
    }

    public void Write(ChangedRows rows)
    {
        // One statement must not write a row twice.
        if (HasUnsent)
            _session.Send(Take());
        foreach (var row in rows.Accounts.Values.OrderBy(a => a.Key))
            Rows.Write(_accounts, row);
        foreach (var row in rows.Markets.Values)
            Rows.Write(_markets, row);
        foreach (var row in rows.Nodes.Values)
            Rows.Write(_nodes, row);
        foreach (var row in rows.Jobs.Values.OrderBy(j => j.Key))
        {
            Rows.Write(row.Key > _lastJob ? _newJobs : _jobs, row);
            _lastJob = Math.Max(_lastJob, row.Key);
        }

        foreach (var (key, row) in rows.ApiKeys)
        {
            if (row is null)
                _deletedApiKeys.Add(key);
            else
                Rows.Write(_apiKeys, row);
        }

        foreach (var row in rows.Budgets.Values)
            Rows.Write(_budgets, row);
        foreach (var row in rows.Revisions.Values)
            DeploymentRows.Write(_revisions, row);
        foreach (var (key, row) in rows.Tasks)
        {
            if (row is null)
                _deletedTasks.Add(key);
            else
                DeploymentRows.Write(_tasks, row);
        }

        foreach (var row in rows.Events.Values)
            DeploymentRows.Write(_events, row);
        foreach (var row in rows.Deployments.Values)
        {
            DeploymentRows.Write(_deployments, row);
            if (row.Deleted)
                _deletedDeployments.Add(row.Key);
        }
    }

    public void WriteBlock(Block block) => Rows.Write(_blocks, block);

    public void WriteAnswers(IReadOnlyCollection<KeptAnswer> answers, DateTimeOffset forgotten)
    {
        foreach (var answer in answers.OrderBy(a => a.Id))
            Rows.Write(_answers, answer);
        _forgotten = (2 * answers.Count, forgotten);
    }

    public void Tell(Committed changes) => _notice = _peers.Notice(changes);

    public void Commit()
    {
        var commands = Take();
        if (_notice is { } notice)
            commands.Add(notice);
        _notice = null;
        _session.Commit(commands);
    }

    public void Rollback()
    {
        foreach (var table in _tables)
            table.Clear();
        _deletedApiKeys.Clear();
        _deletedTasks.Clear();
        _deletedDeployments.Clear();
        _forgotten = null;
        _notice = null;
        _session.Rollback();
    }

    public void Dispose() => _session.Dispose();

    private bool HasUnsent => _deletedApiKeys.Count + _deletedTasks.Count > 0 || _tables.Any(static t => t.Count > 0);

    private List<NpgsqlBatchCommand> Take()
    {
        var commands = new List<NpgsqlBatchCommand>();
        foreach (var table in _tables)
        {
            if (table.Count > 0)
                commands.Add(table.Take());
        }

        if (_deletedApiKeys.Count > 0)
        {
            commands.Add(new NpgsqlBatchCommand("WITH deleted AS (DELETE FROM api_key WHERE key = ANY ($1) RETURNING key) INSERT INTO deleted_api_key SELECT key FROM deleted") { Parameters = { new NpgsqlParameter<long[]> { TypedValue = [.. _deletedApiKeys] } } });
            _deletedApiKeys.Clear();
        }

        Delete("deployment_task", "key", _deletedTasks);
        foreach (var part in DeploymentParts)
            Delete(part, "deployment", _deletedDeployments);
        _deletedTasks.Clear();
        _deletedDeployments.Clear();

        if (_forgotten is var (most, before))
        {
            commands.Add(new NpgsqlBatchCommand("DELETE FROM answer WHERE key IN (SELECT key FROM answer ORDER BY key LIMIT $1) AND at < $2")
            {
                Parameters = { new NpgsqlParameter<long> { TypedValue = most }, new NpgsqlParameter<long> { TypedValue = before.ToUnixTimeMilliseconds() } },
            });
            _forgotten = null;
        }

        return commands;

        void Delete(string table, string column, List<long> keys)
        {
            if (keys.Count > 0)
                commands.Add(new NpgsqlBatchCommand($"DELETE FROM {table} WHERE {column} = ANY ($1)") { Parameters = { new NpgsqlParameter<long[]> { TypedValue = [.. keys] } } });
        }
    }

    private T? ReadOne<T>([StringSyntax("sql")] string sql, Func<PostgresRow, T> read, object parameter)
        where T : class => ReadAll(sql, read, parameter).FirstOrDefault();

    private List<T> ReadAll<T>([StringSyntax("sql")] string sql, Func<PostgresRow, T> read, params object[] parameters)
    {
        if (HasUnsent)
            _session.Send(Take());
        return _session.Read(connection => Query(connection, sql, read, parameters));
    }

    private static List<T> Query<T>(NpgsqlConnection connection, string sql, Func<PostgresRow, T> read, params object[] parameters)
    {
        using var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        using var reader = command.ExecuteReader();
        return ReadRows(reader, read);
    }

    private static List<T> ReadRows<T>(NpgsqlDataReader reader, Func<PostgresRow, T> read)
    {
        var row = new PostgresRow(reader);
        var rows = new List<T>();
        while (reader.Read())
            rows.Add(read(row.Next()));
        return rows;
    }
}
