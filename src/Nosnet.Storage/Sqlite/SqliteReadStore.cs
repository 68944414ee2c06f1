using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Storage;

/// <summary>The reading half of the SQLite store. Reads are short and local, so they complete before they return.</summary>
public sealed class SqliteReadStore : IReadStore
{
    private const int MostJobsWalked = 10_000;

    private readonly SqliteReaders _readers;
    private readonly RecentJobs _recent;

    internal SqliteReadStore(SqliteDatabase database, RecentJobs recent) => (_readers, _recent) = (new SqliteReaders(database), recent);

    public ValueTask<Account?> AccountAsync(long key, CancellationToken cancellation) =>
        Read(r => r[$"SELECT {Rows.AccountColumns} FROM account WHERE key = ?"].Bind(key).ReadOne(Rows.Account));

    public ValueTask<Account?> AccountAsync(AccountAddress address, CancellationToken cancellation) =>
        Read(r => r[$"SELECT {Rows.AccountColumns} FROM account WHERE address = ?"].Bind(address.Value).ReadOne(Rows.Account));

    public ValueTask<IReadOnlyList<Account>> AccountsAsync(long after, int limit, CancellationToken cancellation) =>
        Read<IReadOnlyList<Account>>(r => r[$"SELECT {Rows.AccountColumns} FROM account WHERE key > ? AND owner = 0 ORDER BY key LIMIT ?"].Bind(after).Bind(limit).ReadAll(Rows.Account));

    public ValueTask<IReadOnlyList<Account>> VaultsAsync(long owner, CancellationToken cancellation) =>
        Read<IReadOnlyList<Account>>(r => r[$"SELECT {Rows.AccountColumns} FROM account WHERE owner = ? AND owner <> 0 ORDER BY key"].Bind(owner).ReadAll(Rows.Account));

    public ValueTask<ApiKey?> ApiKeyAsync(Bytes32 hash, CancellationToken cancellation) =>
        Read(r => r[$"SELECT {Rows.ApiKeyColumns} FROM api_key WHERE hash = ?"].Bind(hash).ReadOne(Rows.ApiKey));

    public ValueTask<IReadOnlyList<ApiKey>> ApiKeysAsync(long account, CancellationToken cancellation) =>
        Read<IReadOnlyList<ApiKey>>(r => r[$"SELECT {Rows.ApiKeyColumns} FROM api_key WHERE account = ? ORDER BY key"].Bind(account).ReadAll(Rows.ApiKey));

    public ValueTask<Budget?> BudgetAsync(long apiKey, CancellationToken cancellation) =>
        Read(r => r[$"SELECT {Rows.BudgetColumns} FROM budget WHERE key = ?"].Bind(apiKey).ReadOne(Rows.Budget));

    public ValueTask<IReadOnlyList<Market>> MarketsAsync(CancellationToken cancellation) =>
        Read<IReadOnlyList<Market>>(r => r[$"SELECT {Rows.MarketColumns} FROM market ORDER BY key"].ReadAll(Rows.Market));

    public ValueTask<MarketLoad> MarketLoadAsync(long market, CancellationToken cancellation) => Read(r => new MarketLoad(
        Count(r["SELECT COUNT(*) FROM (SELECT 1 FROM job WHERE state = 0 AND market = ? LIMIT ?)"].Bind(market).Bind(MarketLoad.MostCounted)),
        Count(r["SELECT COUNT(*) FROM (SELECT 1 FROM job WHERE state = 1 AND market = ? LIMIT ?)"].Bind(market).Bind(MarketLoad.MostCounted))));

    public ValueTask<Node?> NodeAsync(NodeAddress address, CancellationToken cancellation) =>
        Read(r => r[$"SELECT {Rows.NodeColumns} FROM node WHERE address = ?"].Bind(address.Value).ReadOne(Rows.Node));

    public ValueTask<IReadOnlyList<Node>> NodesAsync(CancellationToken cancellation) =>
        Read<IReadOnlyList<Node>>(r => r[$"SELECT {Rows.NodeColumns} FROM node ORDER BY key"].ReadAll(Rows.Node));

    public ValueTask<Job?> JobAsync(long key, CancellationToken cancellation) =>
        ValueTask.FromResult(_recent.Find(key, key => _readers.Read(r => Job(r, key))));

    public ValueTask<JobWalk> JobsAsync(long account, long before, int limit, Func<Job, bool> filter, CancellationToken cancellation) => Read(r =>
    {
        var found = new List<Job>();
        var next = before != 0
            ? Job(r, before) is { } job && job.Account == account ? job.PreviousOfAccount : 0
            : r["SELECT last_job FROM account WHERE key = ?"].Bind(account).ReadNumber() ?? 0;
        var walked = 0;
        var reached = 0L;
        while (next != 0 && found.Count < limit && walked++ < MostJobsWalked)
        {
            var row = Job(r, next)!;
            if (filter(row))
                found.Add(row);
            reached = row.Key;
            next = row.PreviousOfAccount;
        }

        return new JobWalk(found, next == 0 ? null : reached);
    });

    public ValueTask<IReadOnlyList<Job>> RunningJobsAsync(long node, CancellationToken cancellation) =>
        Read<IReadOnlyList<Job>>(r => r[$"SELECT {Rows.JobColumns} FROM job WHERE state = 1 AND node = ? ORDER BY key"].Bind(node).ReadAll(Rows.Job));

    public ValueTask<int> QueuePositionAsync(Job job, CancellationToken cancellation) =>
        Read(r => Count(r["SELECT COUNT(*) FROM (SELECT 1 FROM job WHERE state = 0 AND market = ? AND key <= ? LIMIT ?)"].Bind(job.Market).Bind(job.Key).Bind(MarketLoad.MostCounted)));

    public ValueTask<IReadOnlyList<WaitingJob>> WaitingJobsAsync(long market, long after, int limit, CancellationToken cancellation) =>
        Read<IReadOnlyList<WaitingJob>>(r => r["SELECT key, queued_until FROM job WHERE state = 0 AND market = ? AND key > ? ORDER BY key LIMIT ?"].Bind(market).Bind(after).Bind(limit).ReadAll(Rows.Waiting));

    public ValueTask<KeptAnswer?> AnswerAsync(Guid id, CancellationToken cancellation) =>
        Read(r => r[$"SELECT {Rows.AnswerColumns} FROM answer WHERE id = ?"].Bind(id).ReadOne(Rows.Answer));

    public ValueTask<Deployment?> DeploymentAsync(long key, CancellationToken cancellation) =>
        Read(r => r[$"SELECT {DeploymentRows.DeploymentColumns} FROM deployment WHERE key = ? AND deleted = 0"].Bind(key).ReadOne(DeploymentRows.Deployment));

    public ValueTask<Deployment?> DeploymentAsync(DeploymentAddress address, CancellationToken cancellation) =>
        Read(r => r[$"SELECT {DeploymentRows.DeploymentColumns} FROM deployment WHERE address = ? AND deleted = 0"].Bind(address.Value).ReadOne(DeploymentRows.Deployment));

    public ValueTask<Listing<Deployment>> DeploymentsAsync(long account, DeploymentFilter filter, Stretch stretch, CancellationToken cancellation) =>
        List("deployment", DeploymentRows.DeploymentColumns, DeploymentRows.Deployment, Conditions.Of(isPostgres: false, account, filter), stretch);

    public ValueTask<Listing<Job>> JobsAsync(long deployment, DeploymentJobFilter filter, Stretch stretch, CancellationToken cancellation) =>
        List("job", Rows.JobColumns, Rows.Job, Conditions.Of(isPostgres: false, deployment, filter), stretch);

    public ValueTask<Listing<DeploymentRevision>> RevisionsAsync(long deployment, DeploymentRevisionFilter filter, Stretch stretch, CancellationToken cancellation) =>
        List("deployment_revision", DeploymentRows.RevisionColumns, DeploymentRows.Revision, Conditions.Of(isPostgres: false, deployment, filter), stretch);

    public ValueTask<Listing<DeploymentEvent>> EventsAsync(long deployment, DeploymentEventFilter filter, Stretch stretch, CancellationToken cancellation) =>
        List("deployment_event", DeploymentRows.EventColumns, DeploymentRows.Event, Conditions.Of(isPostgres: false, deployment, filter), stretch);

    public ValueTask<Listing<DeploymentTask>> TasksAsync(long deployment, DeploymentTaskFilter filter, Stretch stretch, CancellationToken cancellation) =>
        List("deployment_task", DeploymentRows.TaskColumns, DeploymentRows.Task, Conditions.Of(isPostgres: false, deployment, filter), stretch);

    public ValueTask<DeploymentRevision?> RevisionAsync(long deployment, int number, CancellationToken cancellation) =>
        Read(r => r[$"SELECT {DeploymentRows.RevisionColumns} FROM deployment_revision WHERE deployment = ? AND number = ?"].Bind(deployment).Bind(number).ReadOne(DeploymentRows.Revision));

    public ValueTask<IReadOnlyList<Job>> ActiveJobsAsync(long deployment, CancellationToken cancellation) =>
        Read<IReadOnlyList<Job>>(r => r[$"SELECT {Rows.JobColumns} FROM job WHERE deployment = ? AND deployment <> 0 AND state IN (0, 1) ORDER BY key"].Bind(deployment).ReadAll(Rows.Job));

    public ValueTask<IReadOnlyList<DeploymentTask>> DueTasksAsync(DateTimeOffset time, DeploymentTask? after, int limit, CancellationToken cancellation) =>
        Read<IReadOnlyList<DeploymentTask>>(r => r[$"SELECT {DeploymentRows.TaskColumns} FROM deployment_task WHERE due_at <= ? AND (due_at, key) > (?, ?) ORDER BY due_at, key LIMIT ?"]
            .Bind(time).Bind(after?.DueAt.ToUnixTimeMilliseconds() ?? long.MinValue).Bind(after?.Key ?? 0).Bind(limit).ReadAll(DeploymentRows.Task));

    public ValueTask<IReadOnlyList<Block>> BlocksAsync(long from, int limit, CancellationToken cancellation) =>
        Read<IReadOnlyList<Block>>(r => r[$"SELECT {Rows.BlockColumns} FROM block WHERE height >= ? ORDER BY height LIMIT ?"].Bind(from).Bind(limit).ReadAll(Rows.Block));

    public ValueTask<Block?> LastBlockAsync(CancellationToken cancellation) =>
        Read(r => r[$"SELECT {Rows.BlockColumns} FROM block ORDER BY height DESC LIMIT 1"].ReadOne(Rows.Block));

    public ValueTask<byte[]?> EntryAsync(EntryPlace place, CancellationToken cancellation) =>
        Read(r => r["SELECT entries FROM block WHERE height = ?"].Bind(place.Height).ReadOne(static row => row.Blob()) is { } entries
            ? Block.Unpack(entries, place.Index).ToArray()
            : null);

    public void Dispose() => _readers.Dispose();

    private static Job? Job(SqliteReader reader, long key) => reader[$"SELECT {Rows.JobColumns} FROM job WHERE key = ?"].Bind(key).ReadOne(Rows.Job);

    private static int Count(Statement statement) => (int)(statement.ReadNumber() ?? 0);

    /// <summary>Filters are of many kinds, so these statements are not kept.</summary>
    private ValueTask<Listing<T>> List<T>(string table, string columns, Func<Statement, T> read, Conditions conditions, Stretch stretch) => Read(r =>
    {
        var total = stretch.IsCounted ? Total(r, conditions.Count(table), conditions.Parameters) : 0;
        using var select = r.Prepare(conditions.Select(table, columns, stretch));
        return new Listing<T>(Bind(select, conditions.Parameters).ReadAll(read), total);
    });

    private static long Total(SqliteReader reader, string statement, IReadOnlyList<object> parameters)
    {
        using var count = reader.Prepare(statement);
        return Bind(count, parameters).ReadNumber() ?? 0;
    }

    private static Statement Bind(Statement statement, IReadOnlyList<object> parameters)
    {
        foreach (var parameter in parameters)
            _ = parameter is string text ? statement.Bind(text) : statement.Bind((long)parameter);
        return statement;
    }

    private ValueTask<T> Read<T>(Func<SqliteReader, T> read) => ValueTask.FromResult(_readers.Read(read));
}
