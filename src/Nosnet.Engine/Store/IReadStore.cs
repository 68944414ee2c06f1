using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>The reading half of a store: any number of callers at once, each read sees what was committed when it began.</summary>
public interface IReadStore : IDisposable
{
    ValueTask<Account?> AccountAsync(long key, CancellationToken cancellation);
    ValueTask<Account?> AccountAsync(AccountAddress address, CancellationToken cancellation);

    /// <summary>The accounts with keys above <paramref name="after"/>, oldest first, without vaults.</summary>
    ValueTask<IReadOnlyList<Account>> AccountsAsync(long after, int limit, CancellationToken cancellation);

    /// <summary>An account's vaults, oldest first.</summary>
    ValueTask<IReadOnlyList<Account>> VaultsAsync(long owner, CancellationToken cancellation);

    ValueTask<ApiKey?> ApiKeyAsync(Bytes32 hash, CancellationToken cancellation);
    ValueTask<IReadOnlyList<ApiKey>> ApiKeysAsync(long account, CancellationToken cancellation);

    /// <summary>The budget of an API key; null where it never had a cap.</summary>
    ValueTask<Budget?> BudgetAsync(long apiKey, CancellationToken cancellation);

    ValueTask<IReadOnlyList<Market>> MarketsAsync(CancellationToken cancellation);
    ValueTask<MarketLoad> MarketLoadAsync(long market, CancellationToken cancellation);

    ValueTask<Node?> NodeAsync(NodeAddress address, CancellationToken cancellation);
    ValueTask<IReadOnlyList<Node>> NodesAsync(CancellationToken cancellation);

    ValueTask<Job?> JobAsync(long key, CancellationToken cancellation);

    /// <summary>An account's jobs that the filter lets through, newest first, posted before the job <paramref name="before"/> (0 for the newest).</summary>
    ValueTask<JobWalk> JobsAsync(long account, long before, int limit, Func<Job, bool> filter, CancellationToken cancellation);

    /// <summary>The jobs on a node.</summary>
    ValueTask<IReadOnlyList<Job>> RunningJobsAsync(long node, CancellationToken cancellation);

    /// <summary>How many jobs wait before this one or are it: 1 is next. Counted as far as <see cref="MarketLoad.MostCounted"/>.</summary>
    ValueTask<int> QueuePositionAsync(Job job, CancellationToken cancellation);

    /// <summary>The jobs that wait in a market with keys above <paramref name="after"/>, oldest first.</summary>
    ValueTask<IReadOnlyList<WaitingJob>> WaitingJobsAsync(long market, long after, int limit, CancellationToken cancellation);

    /// <summary>The answer that is kept under an idempotency key.</summary>
    ValueTask<KeptAnswer?> AnswerAsync(Guid id, CancellationToken cancellation);

    /// <summary>A deployment; null where there is none, or none any more.</summary>
    ValueTask<Deployment?> DeploymentAsync(long key, CancellationToken cancellation);
    ValueTask<Deployment?> DeploymentAsync(DeploymentAddress address, CancellationToken cancellation);

    ValueTask<Listing<Deployment>> DeploymentsAsync(long account, DeploymentFilter filter, Stretch stretch, CancellationToken cancellation);
    ValueTask<Listing<Job>> JobsAsync(long deployment, DeploymentJobFilter filter, Stretch stretch, CancellationToken cancellation);
    ValueTask<Listing<DeploymentRevision>> RevisionsAsync(long deployment, DeploymentRevisionFilter filter, Stretch stretch, CancellationToken cancellation);
    ValueTask<Listing<DeploymentEvent>> EventsAsync(long deployment, DeploymentEventFilter filter, Stretch stretch, CancellationToken cancellation);
    ValueTask<Listing<DeploymentTask>> TasksAsync(long deployment, DeploymentTaskFilter filter, Stretch stretch, CancellationToken cancellation);

    ValueTask<DeploymentRevision?> RevisionAsync(long deployment, int number, CancellationToken cancellation);

    /// <summary>A deployment's jobs that have not ended, oldest first.</summary>
    ValueTask<IReadOnlyList<Job>> ActiveJobsAsync(long deployment, CancellationToken cancellation);

    /// <summary>
    /// The tasks that are due at a time, in the order in which they fell due, those of one instant oldest first; beginning after one
    /// (null: from the first).
    /// </summary>
    ValueTask<IReadOnlyList<DeploymentTask>> DueTasksAsync(DateTimeOffset time, DeploymentTask? after, int limit, CancellationToken cancellation);

    /// <summary>The blocks from a height on, oldest first.</summary>
    ValueTask<IReadOnlyList<Block>> BlocksAsync(long from, int limit, CancellationToken cancellation);

    /// <summary>The newest block; null where there is none.</summary>
    ValueTask<Block?> LastBlockAsync(CancellationToken cancellation);

    /// <summary>The bytes of an entry; null where there is none.</summary>
    ValueTask<byte[]?> EntryAsync(EntryPlace place, CancellationToken cancellation);
}

/// <summary>How many jobs of a market wait and run, each counted as far as <see cref="MostCounted"/>.</summary>
public readonly record struct MarketLoad(int Queued, int Running)
{
    /// <summary>Where counting ends: whoever looks at a job shall not pay for the length of its queue.</summary>
    public const int MostCounted = 10_000;
}

/// <summary>A job that waits, and until when it does.</summary>
public readonly record struct WaitingJob(long Key, DateTimeOffset QueuedUntil);

/// <summary>A stretch of an account's jobs, newest first.</summary>
/// <param name="Jobs">Those that the filter let through.</param>
/// <param name="Next">The key to go on before; null where the walk came to the first job. A long walk without a find ends early, with fewer jobs than asked for.</param>
public sealed record JobWalk(IReadOnlyList<Job> Jobs, long? Next);
