using System.Globalization;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Storage;

/// <summary>The reading half of the PostgreSQL store.</summary>
public sealed class PostgresReadStore : IReadStore
{
    private const int MostJobsWalked = 10_000;
    private const int WalkedAtOnce = 200;

    private static readonly string Walk = string.Create(CultureInfo.InvariantCulture, $"""
        WITH RECURSIVE walk AS (
          SELECT *, 1 AS step FROM job WHERE key = $1
          UNION ALL
          SELECT job.*, walk.step + 1 FROM walk JOIN job ON job.key = walk.previous_of_account WHERE walk.step < $2)
        SELECT {Rows.JobColumns} FROM walk ORDER BY step
        """);

    private readonly PostgresReader _reader;

    internal PostgresReadStore(PostgresDatabase database) => _reader = new PostgresReader(database);

    public ValueTask<Account?> AccountAsync(long key, CancellationToken cancellation) =>
        _reader.OneAsync($"SELECT {Rows.AccountColumns} FROM account WHERE key = $1", Rows.Account, cancellation, key);

    public ValueTask<Account?> AccountAsync(AccountAddress address, CancellationToken cancellation) =>
        _reader.OneAsync($"SELECT {Rows.AccountColumns} FROM account WHERE address = $1", Rows.Account, cancellation, address.Value.ToArray());

    public async ValueTask<IReadOnlyList<Account>> AccountsAsync(long after, int limit, CancellationToken cancellation) => await _reader.AllAsync(
        $"SELECT {Rows.AccountColumns} FROM account WHERE key > $1 AND owner = 0 ORDER BY key LIMIT $2", Rows.Account, cancellation, after, (long)limit).ConfigureAwait(false);

    public async ValueTask<IReadOnlyList<Account>> VaultsAsync(long owner, CancellationToken cancellation) =>
        await _reader.AllAsync($"SELECT {Rows.AccountColumns} FROM account WHERE owner = $1 AND owner <> 0 ORDER BY key", Rows.Account, cancellation, owner).ConfigureAwait(false);

    public ValueTask<ApiKey?> ApiKeyAsync(Bytes32 hash, CancellationToken cancellation) =>
        _reader.OneAsync($"SELECT {Rows.ApiKeyColumns} FROM api_key WHERE hash = $1", Rows.ApiKey, cancellation, hash.ToArray());

    public async ValueTask<IReadOnlyList<ApiKey>> ApiKeysAsync(long account, CancellationToken cancellation) =>
        await _reader.AllAsync($"SELECT {Rows.ApiKeyColumns} FROM api_key WHERE account = $1 ORDER BY key", Rows.ApiKey, cancellation, account).ConfigureAwait(false);

    public ValueTask<Budget?> BudgetAsync(long apiKey, CancellationToken cancellation) =>
        _reader.OneAsync($"SELECT {Rows.BudgetColumns} FROM budget WHERE key = $1", Rows.Budget, cancellation, apiKey);

    public async ValueTask<IReadOnlyList<Market>> MarketsAsync(CancellationToken cancellation) =>
        await _reader.AllAsync($"SELECT {Rows.MarketColumns} FROM market ORDER BY key", Rows.Market, cancellation).ConfigureAwait(false);

    public async ValueTask<MarketLoad> MarketLoadAsync(long market, CancellationToken cancellation) => (await _reader.AllAsync(
        """
        SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM job WHERE state = 0 AND market = $1 LIMIT $2) queued),
               (SELECT COUNT(*) FROM (SELECT 1 FROM job WHERE state = 1 AND market = $1 LIMIT $2) running)
        """,
        static row => new MarketLoad((int)row.Long(), (int)row.Long()), cancellation, market, MarketLoad.MostCounted).ConfigureAwait(false)).Single();

    public ValueTask<Node?> NodeAsync(NodeAddress address, CancellationToken cancellation) =>
        _reader.OneAsync($"SELECT {Rows.NodeColumns} FROM node WHERE address = $1", Rows.Node, cancellation, address.Value.ToArray());

    public async ValueTask<IReadOnlyList<Node>> NodesAsync(CancellationToken cancellation) =>
        await _reader.AllAsync($"SELECT {Rows.NodeColumns} FROM node ORDER BY key", Rows.Node, cancellation).ConfigureAwait(false);

    public ValueTask<Job?> JobAsync(long key, CancellationToken cancellation) =>
        _reader.OneAsync($"SELECT {Rows.JobColumns} FROM job WHERE key = $1", Rows.Job, cancellation, key);

    /// <summary>Each job names the one before it, so they are walked in the database, a stretch at a time.</summary>
    public async ValueTask<JobWalk> JobsAsync(long account, long before, int limit, Func<Job, bool> filter, CancellationToken cancellation)
    {
        var found = new List<Job>();
        var next = before != 0
            ? await JobAsync(before, cancellation).ConfigureAwait(false) is { } job && job.Account == account ? job.PreviousOfAccount : 0
            : (await AccountAsync(account, cancellation).ConfigureAwait(false))?.LastJob ?? 0;
        var walked = 0;
        var reached = 0L;
        while (next != 0 && found.Count < limit && walked < MostJobsWalked)
        {
            var stretch = await _reader.AllAsync(Walk, Rows.Job, cancellation, next, Math.Min(WalkedAtOnce, Math.Max(limit - found.Count, WalkedAtOnce / 4))).ConfigureAwait(false);
            foreach (var row in stretch)
            {
                if (found.Count == limit || walked++ == MostJobsWalked)
                    break;
                if (filter(row))
                    found.Add(row);
                reached = row.Key;
                next = row.PreviousOfAccount;
            }
        }

        return new JobWalk(found, next == 0 ? null : reached);
    }

    public async ValueTask<IReadOnlyList<Job>> RunningJobsAsync(long node, CancellationToken cancellation) =>
        await _reader.AllAsync($"SELECT {Rows.JobColumns} FROM job WHERE state = 1 AND node = $1 ORDER BY key", Rows.Job, cancellation, node).ConfigureAwait(false);

    public async ValueTask<int> QueuePositionAsync(Job job, CancellationToken cancellation) => (await _reader.AllAsync(
        "SELECT COUNT(*) FROM (SELECT 1 FROM job WHERE state = 0 AND market = $1 AND key <= $2 LIMIT $3) before", static row => (int)row.Long(), cancellation, job.Market, job.Key, MarketLoad.MostCounted).ConfigureAwait(false)).Single();

    public async ValueTask<IReadOnlyList<WaitingJob>> WaitingJobsAsync(long market, long after, int limit, CancellationToken cancellation) => await _reader.AllAsync(
        "SELECT key, queued_until FROM job WHERE state = 0 AND market = $1 AND key > $2 ORDER BY key LIMIT $3", Rows.Waiting, cancellation, market, after, (long)limit).ConfigureAwait(false);

    public ValueTask<KeptAnswer?> AnswerAsync(Guid id, CancellationToken cancellation) =>
        _reader.OneAsync($"SELECT {Rows.AnswerColumns} FROM answer WHERE id = $1", Rows.Answer, cancellation, id.ToByteArray(bigEndian: true));

    public ValueTask<Deployment?> DeploymentAsync(long key, CancellationToken cancellation) =>
        _reader.OneAsync($"SELECT {DeploymentRows.DeploymentColumns} FROM deployment WHERE key = $1 AND deleted = 0", DeploymentRows.Deployment, cancellation, key);

    public ValueTask<Deployment?> DeploymentAsync(DeploymentAddress address, CancellationToken cancellation) =>
        _reader.OneAsync($"SELECT {DeploymentRows.DeploymentColumns} FROM deployment WHERE address = $1 AND deleted = 0", DeploymentRows.Deployment, cancellation, address.Value.ToArray());

    public ValueTask<Listing<Deployment>> DeploymentsAsync(long account, DeploymentFilter filter, Stretch stretch, CancellationToken cancellation) =>
        ListAsync("deployment", DeploymentRows.DeploymentColumns, DeploymentRows.Deployment, Conditions.Of(isPostgres: true, account, filter), stretch, cancellation);

    public ValueTask<Listing<Job>> JobsAsync(long deployment, DeploymentJobFilter filter, Stretch stretch, CancellationToken cancellation) =>
        ListAsync("job", Rows.JobColumns, Rows.Job, Conditions.Of(isPostgres: true, deployment, filter), stretch, cancellation);

    public ValueTask<Listing<DeploymentRevision>> RevisionsAsync(long deployment, DeploymentRevisionFilter filter, Stretch stretch, CancellationToken cancellation) =>
        ListAsync("deployment_revision", DeploymentRows.RevisionColumns, DeploymentRows.Revision, Conditions.Of(isPostgres: true, deployment, filter), stretch, cancellation);

    public ValueTask<Listing<DeploymentEvent>> EventsAsync(long deployment, DeploymentEventFilter filter, Stretch stretch, CancellationToken cancellation) =>
        ListAsync("deployment_event", DeploymentRows.EventColumns, DeploymentRows.Event, Conditions.Of(isPostgres: true, deployment, filter), stretch, cancellation);

    public ValueTask<Listing<DeploymentTask>> TasksAsync(long deployment, DeploymentTaskFilter filter, Stretch stretch, CancellationToken cancellation) =>
        ListAsync("deployment_task", DeploymentRows.TaskColumns, DeploymentRows.Task, Conditions.Of(isPostgres: true, deployment, filter), stretch, cancellation);

    public ValueTask<DeploymentRevision?> RevisionAsync(long deployment, int number, CancellationToken cancellation) =>
        _reader.OneAsync($"SELECT {DeploymentRows.RevisionColumns} FROM deployment_revision WHERE deployment = $1 AND number = $2", DeploymentRows.Revision, cancellation, deployment, (long)number);

    public async ValueTask<IReadOnlyList<Job>> ActiveJobsAsync(long deployment, CancellationToken cancellation) => await _reader.AllAsync(
        $"SELECT {Rows.JobColumns} FROM job WHERE deployment = $1 AND deployment <> 0 AND state IN (0, 1) ORDER BY key", Rows.Job, cancellation, deployment).ConfigureAwait(false);

    public async ValueTask<IReadOnlyList<DeploymentTask>> DueTasksAsync(DateTimeOffset time, DeploymentTask? after, int limit, CancellationToken cancellation) => await _reader.AllAsync(
        $"SELECT {DeploymentRows.TaskColumns} FROM deployment_task WHERE due_at <= $1 AND (due_at, key) > ($2, $3) ORDER BY due_at, key LIMIT $4",
        DeploymentRows.Task, cancellation, time.ToUnixTimeMilliseconds(), after?.DueAt.ToUnixTimeMilliseconds() ?? long.MinValue, after?.Key ?? 0L, (long)limit).ConfigureAwait(false);

    public async ValueTask<IReadOnlyList<Block>> BlocksAsync(long from, int limit, CancellationToken cancellation) =>
        await _reader.AllAsync($"SELECT {Rows.BlockColumns} FROM block WHERE height >= $1 ORDER BY height LIMIT $2", Rows.Block, cancellation, from, limit).ConfigureAwait(false);

    public ValueTask<Block?> LastBlockAsync(CancellationToken cancellation) =>
        _reader.OneAsync($"SELECT {Rows.BlockColumns} FROM block ORDER BY height DESC LIMIT 1", Rows.Block, cancellation);

    public async ValueTask<byte[]?> EntryAsync(EntryPlace place, CancellationToken cancellation) =>
        await _reader.OneAsync("SELECT entries FROM block WHERE height = $1", static row => row.Blob(), cancellation, place.Height).ConfigureAwait(false) is { } entries
            ? Block.Unpack(entries, place.Index).ToArray()
            : null;

    private async ValueTask<Listing<T>> ListAsync<T>(
        string table, string columns, Func<PostgresRow, T> read, Conditions conditions, Stretch stretch, CancellationToken cancellation)
    {
        var total = stretch.IsCounted
            ? (await _reader.AllAsync(conditions.Count(table), static row => row.Long(), cancellation, [.. conditions.Parameters]).ConfigureAwait(false)).Single()
            : 0;
        var rows = await _reader.AllAsync(conditions.Select(table, columns, stretch), read, cancellation, [.. conditions.Parameters]).ConfigureAwait(false);
        return new Listing<T>(rows, total);
    }

    /// <summary>The database belongs to all the stores.</summary>
    public void Dispose()
    {
    }
}
