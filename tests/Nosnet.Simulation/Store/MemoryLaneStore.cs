using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Simulation;

/// <summary>A transactional store in memory. Its tables are the disk: a store that is dropped with a transaction open has lost that and nothing else.</summary>
internal sealed class MemoryLaneStore(Tables disk) : ILaneStore
{
    private readonly List<Action> _undo = [];
    private bool _isBegun;

    public bool? IsLastCommitDurable => false;

    public StoreHead ReadHead() => new()
    {
        Account = Newest(disk.Accounts),
        ApiKey = disk.LastApiKey,
        Market = Newest(disk.Markets),
        Node = Newest(disk.Nodes),
        Job = Newest(disk.Jobs),
        Deployment = Newest(disk.Deployments),
        Revision = Newest(disk.Revisions),
        Task = Newest(disk.Tasks),
        Event = Newest(disk.Events),
        Height = disk.Blocks.Count,
        BlockHash = disk.Blocks.Count == 0 ? default : disk.Blocks[^1].Hash,
        BlockAt = disk.Blocks.Count == 0 ? default : disk.Blocks[^1].At,
    };

    public IReadOnlyList<Market> ReadMarkets() => [.. disk.Markets.Values];
    public IReadOnlyList<Node> ReadNodes() => [.. disk.Nodes.Values];
    public IReadOnlyList<Job> ReadRunningJobs() => [.. disk.Jobs.Values.Where(j => j.State is JobState.Running)];
    public Account? ReadAccount(long key) => disk.Accounts.GetValueOrDefault(key);
    public Account? ReadAccount(AccountAddress address) => disk.Accounts.Values.FirstOrDefault(a => a.Address == address);
    public IReadOnlyList<Account> ReadVaults(long owner) => [.. disk.Accounts.Values.Where(a => a.Owner == owner && owner != 0)];
    public ApiKey? ReadApiKey(long key) => disk.ApiKeys.GetValueOrDefault(key);
    public Budget? ReadBudget(long apiKey) => disk.Budgets.GetValueOrDefault(apiKey);
    public Job? ReadJob(long key) => disk.Jobs.GetValueOrDefault(key);
    public KeptAnswer? ReadAnswer(Guid id) => disk.Answers.GetValueOrDefault(id);

    public IReadOnlyList<QueuedJob> ReadQueue(long market, long after, int limit) =>
        [.. disk.Jobs.Values.Where(j => j.State is JobState.Queued && j.Market == market && j.Key > after).OrderBy(j => j.Key).Take(limit).Select(QueuedJob.Of)];

    public Deployment? ReadDeployment(long key) => disk.Deployments.GetValueOrDefault(key);
    public Deployment? ReadDeployment(DeploymentAddress address) => disk.Deployments.Values.FirstOrDefault(d => d.Address == address);

    public Deployment? ReadDeployment(long account, string idempotencyKey) =>
        disk.Deployments.Values.FirstOrDefault(d => d.Account == account && d.IdempotencyKey == idempotencyKey && !d.Deleted);

    public IReadOnlyList<Deployment> ReadUnsettledDeployments() =>
        [.. disk.Deployments.Values.Where(d => d is { Deleted: false, Status: DeploymentStatus.Starting or DeploymentStatus.Stopping }).OrderBy(d => d.Key)];

    public long ReadReplicas(long account) =>
        disk.Deployments.Values.Where(d => d.Account == account && d is { Deleted: false, Status: not DeploymentStatus.Archived }).Sum(d => (long)d.Replicas);

    public DeploymentRevision? ReadRevision(long deployment, int number) =>
        disk.Revisions.Values.FirstOrDefault(r => r.Deployment == deployment && r.Number == number);

    public IReadOnlyList<DeploymentTask> ReadTasks(long deployment) => [.. disk.Tasks.Values.Where(t => t.Deployment == deployment).OrderBy(t => t.Key)];

    public IReadOnlyList<Job> ReadActiveJobs(long deployment) => [.. JobsOf(deployment).Where(j => !j.IsEnded).OrderBy(j => j.Key)];

    public IReadOnlyList<Job> ReadCompletedJobs(long deployment, int limit) =>
    [
        .. JobsOf(deployment).Where(j => j.State is JobState.Completed)
            .OrderByDescending(j => j.EndedAt).ThenByDescending(j => j.Key).Take(limit),
    ];

    public void Verify()
    {
    }

    public void Tell(Committed changes) => Violation.Unless(_isBegun, "Others are told of a transaction that was never begun.");

    public void Begin()
    {
        Violation.Unless(!_isBegun, "A transaction begins within another.");
        _isBegun = true;
    }

    public void Write(ChangedRows rows)
    {
        Violation.Unless(_isBegun, "Rows are written outside a transaction.");
        foreach (var (key, row) in rows.Accounts)
            Put(disk.Accounts, key, row);
        foreach (var (key, row) in rows.Markets)
            Put(disk.Markets, key, row);
        foreach (var (key, row) in rows.Nodes)
            Put(disk.Nodes, key, row);
        foreach (var (key, row) in rows.Budgets)
            Put(disk.Budgets, key, row);
        foreach (var (key, row) in rows.Jobs)
        {
            Put(disk.Jobs, key, row);
            if (row.Deployment != 0)
                KeysOf(row.Deployment).Add(key);
        }

        foreach (var (key, row) in rows.ApiKeys)
        {
            var before = disk.LastApiKey;
            _undo.Add(() => disk.LastApiKey = before);
            disk.LastApiKey = Math.Max(before, key);
            Put(disk.ApiKeys, key, row);
        }

        foreach (var (key, row) in rows.Revisions)
            Put(disk.Revisions, key, row);
        foreach (var (key, row) in rows.Tasks)
            Put(disk.Tasks, key, row);
        foreach (var (key, row) in rows.Events)
            Put(disk.Events, key, row);
        foreach (var (key, row) in rows.Deployments)
        {
            Put(disk.Deployments, key, row);
            if (!row.Deleted)
                continue;
            foreach (var revision in disk.Revisions.Values.Where(r => r.Deployment == key).ToList())
                Put(disk.Revisions, revision.Key, null);
            foreach (var task in disk.Tasks.Values.Where(t => t.Deployment == key).ToList())
                Put(disk.Tasks, task.Key, null);
            foreach (var told in disk.Events.Values.Where(e => e.Deployment == key).ToList())
                Put(disk.Events, told.Key, null);
        }
    }

    public void WriteBlock(Block block)
    {
        Violation.Unless(_isBegun, "A block is written outside a transaction.");
        _undo.Add(() => disk.Blocks.RemoveAt(disk.Blocks.Count - 1));
        disk.Blocks.Add(block);
    }

    public void WriteAnswers(IReadOnlyCollection<KeptAnswer> answers, DateTimeOffset forgotten)
    {
        Violation.Unless(_isBegun, "Answers are written outside a transaction.");
        foreach (var answer in answers)
            Put(disk.Answers, answer.Id, answer);
        foreach (var old in disk.Answers.Values.OrderBy(a => a.At).Take(2 * answers.Count).Where(a => a.At < forgotten).ToList())
            Put(disk.Answers, old.Id, null);
    }

    public void Commit()
    {
        Violation.Unless(_isBegun, "What is committed was never begun.");
        _undo.Clear();
        _isBegun = false;
    }

    public void Rollback()
    {
        for (var i = _undo.Count - 1; i >= 0; i--)
            _undo[i]();
        _undo.Clear();
        _isBegun = false;
    }

    public void Dispose() => Rollback();

    private HashSet<long> KeysOf(long deployment)
    {
        if (!disk.JobsOfDeployment.TryGetValue(deployment, out var keys))
            disk.JobsOfDeployment.Add(deployment, keys = []);
        return keys;
    }

    private IEnumerable<Job> JobsOf(long deployment) => KeysOf(deployment).Select(disk.Jobs.GetValueOrDefault).OfType<Job>().Where(j => j.Deployment == deployment);

    private static long Newest<T>(Dictionary<long, T> table) => table.Count == 0 ? 0 : table.Keys.Max();

    private void Put<TKey, T>(Dictionary<TKey, T> table, TKey key, T? row)
        where TKey : notnull
        where T : class
    {
        var before = table.GetValueOrDefault(key);
        _undo.Add(() => Set(table, key, before));
        Set(table, key, row);
    }

    private static void Set<TKey, T>(Dictionary<TKey, T> table, TKey key, T? row)
        where TKey : notnull
        where T : class
    {
        if (row is null)
            table.Remove(key);
        else
            table[key] = row;
    }
}
