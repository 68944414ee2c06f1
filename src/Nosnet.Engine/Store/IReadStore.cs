using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>The reading half of a store: any number of callers at once, each read sees what was committed when it began.</summary>
public interface IReadStore : IDisposable
{
    ValueTask<Account?> AccountAsync(long key, CancellationToken cancellation);
    ValueTask<Account?> AccountAsync(AccountAddress address, CancellationToken cancellation);

    ValueTask<ApiKey?> ApiKeyAsync(Bytes32 hash, CancellationToken cancellation);
    ValueTask<IReadOnlyList<ApiKey>> ApiKeysAsync(long account, CancellationToken cancellation);

    ValueTask<IReadOnlyList<Market>> MarketsAsync(CancellationToken cancellation);
    ValueTask<MarketLoad> MarketLoadAsync(long market, CancellationToken cancellation);

    ValueTask<IReadOnlyList<Node>> NodesAsync(CancellationToken cancellation);

    ValueTask<Job?> JobAsync(long key, CancellationToken cancellation);

    /// <summary>An account's jobs that the filter lets through, newest first, posted before the job <paramref name="before"/> (0 for the newest).</summary>
    ValueTask<JobWalk> JobsAsync(long account, long before, int limit, Func<Job, bool> filter, CancellationToken cancellation);

    /// <summary>The jobs on a node.</summary>
    ValueTask<IReadOnlyList<Job>> RunningJobsAsync(long node, CancellationToken cancellation);

    /// <summary>How many jobs wait before this one or are it: 1 is next.</summary>
    ValueTask<int> QueuePositionAsync(Job job, CancellationToken cancellation);

    /// <summary>The bytes of an entry; null where there is none.</summary>
    ValueTask<byte[]?> EntryAsync(EntryPlace place, CancellationToken cancellation);
}

/// <summary>How many jobs of a market wait and run.</summary>
public readonly record struct MarketLoad(int Queued, int Running);

/// <summary>A stretch of an account's jobs, newest first.</summary>
/// <param name="Jobs">Those that the filter let through.</param>
/// <param name="Next">The key to go on before; null where the walk came to the first job. A long walk without a find ends early, with fewer jobs than asked for.</param>
public sealed record JobWalk(IReadOnlyList<Job> Jobs, long? Next);
