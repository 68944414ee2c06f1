using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>
/// The writing half of a store, as a lane uses it: from the lane's own thread only, so it is synchronous. Reads see what this
/// lane has written, committed or not.
/// </summary>
public interface ILaneStore : IDisposable
{
    /// <summary>The newest keys, those of rows that are gone included, and the newest block.</summary>
    StoreHead ReadHead();

    IReadOnlyList<Market> ReadMarkets();
    IReadOnlyList<Node> ReadNodes();

    /// <summary>Every job that is on a node.</summary>
    IReadOnlyList<Job> ReadRunningJobs();

    Account? ReadAccount(long key);
    Account? ReadAccount(AccountAddress address);

    /// <summary>The vaults of an account, in no order.</summary>
    IReadOnlyList<Account> ReadVaults(long owner);

    ApiKey? ReadApiKey(long key);
    Budget? ReadBudget(long apiKey);
    Job? ReadJob(long key);

    /// <summary>The jobs that wait in a market with keys above <paramref name="after"/>, oldest first.</summary>
    IReadOnlyList<QueuedJob> ReadQueue(long market, long after, int limit);

    /// <summary>The answer that is kept under an idempotency key.</summary>
    KeptAnswer? ReadAnswer(Guid id);

    /// <summary>A deployment, also one that was deleted.</summary>
    Deployment? ReadDeployment(long key);
    Deployment? ReadDeployment(DeploymentAddress address);

    /// <summary>The deployment that an account created under an idempotency key.</summary>
    Deployment? ReadDeployment(long account, string idempotencyKey);

    /// <summary>The deployments that are starting or stopping.</summary>
    IReadOnlyList<Deployment> ReadUnsettledDeployments();

    /// <summary>How many replicas an account's deployments have together, those that are put away not counted.</summary>
    long ReadReplicas(long account);

    DeploymentRevision? ReadRevision(long deployment, int number);

    /// <summary>A deployment's tasks, oldest first.</summary>
    IReadOnlyList<DeploymentTask> ReadTasks(long deployment);

    /// <summary>A deployment's jobs that have not ended, oldest first.</summary>
    IReadOnlyList<Job> ReadActiveJobs(long deployment);

    /// <summary>A deployment's jobs that completed, those that ended last first.</summary>
    IReadOnlyList<Job> ReadCompletedJobs(long deployment, int limit);

    /// <summary>All that the tasks of these deployments are done by, in one trip where a read costs one.</summary>
    WholeDeployments ReadDeployments(IReadOnlyCollection<long> keys) => WholeDeployments.OneByOne(this, keys);

    /// <summary>Makes sure that this store still is the one that writes, and that nobody else changed its rows.</summary>
    /// <exception cref="WriterEndedException">Another server has taken over.</exception>
    /// <exception cref="StoreUnavailableException">The store was away; the rows have to be read anew.</exception>
    void Verify();

    void Begin();

    /// <summary>Writes rows into the open transaction: each is inserted, or replaces the one with its key.</summary>
    void Write(ChangedRows rows);

    void WriteBlock(Block block);

    /// <summary>
    /// Writes answers into the open transaction, each in place of one with its id that is forgotten. Of those kept before
    /// <paramref name="forgotten"/> it deletes a few more than it writes, so that the table stays as small as its use.
    /// </summary>
    void WriteAnswers(IReadOnlyCollection<KeptAnswer> answers, DateTimeOffset forgotten);

    /// <summary>Has other servers told of the open transaction's changes once they are durable.</summary>
    void Tell(Committed changes);

    /// <summary>Makes all that was written since <see cref="Begin"/> durable: when it returns, it survives a power cut.</summary>
    void Commit();

    void Rollback();

    /// <summary>
    /// Whether the commit that failed last is on disk all the same, because the store was lost between it and its answer; null where
    /// that is not known. Asked after the rows were read anew, or could not be.
    /// </summary>
    bool? IsLastCommitDurable { get; }
}

/// <summary>The newest keys and the newest block of a store.</summary>
public sealed record StoreHead
{
    public long Account { get; init; }
    public long ApiKey { get; init; }
    public long Market { get; init; }
    public long Node { get; init; }
    public long Job { get; init; }
    public long Deployment { get; init; }
    public long Revision { get; init; }
    public long Task { get; init; }
    public long Event { get; init; }
    public long Height { get; init; }
    public Bytes32 BlockHash { get; init; }
    public DateTimeOffset BlockAt { get; init; }
}

/// <summary>A job as its queue holds it: what decides which nodes may run it.</summary>
public readonly record struct QueuedJob(long Key, long WantedNode, long AvoidedNode, JobRequirements? Requirements)
{
    /// <summary>Whether it tells nodes apart by who they are.</summary>
    public bool IsParticular => WantedNode != 0 || AvoidedNode != 0;

    public static QueuedJob Of(Job job) => new(job.Key, job.WantedNode, job.AvoidedNode, job.Requirements);

    /// <summary>Whether a node that has this to give may run it.</summary>
    public bool MayRunOn(long node, Capacity capacity) => (WantedNode == 0 || WantedNode == node) && AvoidedNode != node && capacity.Reaches(Requirements);
}

/// <summary>Rows to be written.</summary>
public sealed class ChangedRows
{
    public Dictionary<long, Account> Accounts { get; } = [];
    public Dictionary<long, Job> Jobs { get; } = [];
    public Dictionary<long, Node> Nodes { get; } = [];
    public Dictionary<long, Market> Markets { get; } = [];

    /// <summary>A null deletes the key.</summary>
    public Dictionary<long, ApiKey?> ApiKeys { get; } = [];

    public Dictionary<long, Budget> Budgets { get; } = [];

    /// <summary>One that is deleted takes its revisions, tasks and events with it.</summary>
    public Dictionary<long, Deployment> Deployments { get; } = [];

    public Dictionary<long, DeploymentRevision> Revisions { get; } = [];

    /// <summary>A null deletes the key.</summary>
    public Dictionary<long, DeploymentTask?> Tasks { get; } = [];

    public Dictionary<long, DeploymentEvent> Events { get; } = [];

    public bool IsEmpty =>
        Accounts.Count + Jobs.Count + Nodes.Count + Markets.Count + ApiKeys.Count + Budgets.Count + Deployments.Count + Revisions.Count + Tasks.Count + Events.Count == 0;

    public void Clear()
    {
        Accounts.Clear();
        Jobs.Clear();
        Nodes.Clear();
        Markets.Clear();
        ApiKeys.Clear();
        Budgets.Clear();
        Deployments.Clear();
        Revisions.Clear();
        Tasks.Clear();
        Events.Clear();
    }
}
