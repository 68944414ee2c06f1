using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>
/// The writing half of a store, as a lane uses it: from the lane's own thread only, so it is synchronous. Reads see what this
/// lane has written, committed or not.
/// </summary>
public interface ILaneStore : IDisposable
{
    /// <summary>The newest keys and the newest block.</summary>
    StoreHead ReadHead();

    IReadOnlyList<Market> ReadMarkets();
    IReadOnlyList<Node> ReadNodes();

    /// <summary>Every job that is on a node.</summary>
    IReadOnlyList<Job> ReadRunningJobs();

    Account? ReadAccount(long key);
    Account? ReadAccount(AccountAddress address);
    ApiKey? ReadApiKey(long key);
    Job? ReadJob(long key);

    /// <summary>The jobs that wait in a market with keys above <paramref name="after"/>, oldest first.</summary>
    IReadOnlyList<QueuedJob> ReadQueue(long market, long after, int limit);

    void Begin();

    /// <summary>Writes rows into the open transaction: each is inserted, or replaces the one with its key.</summary>
    void Write(ChangedRows rows);

    void WriteBlock(Block block);

    /// <summary>Makes all that was written since <see cref="Begin"/> durable: when it returns, it survives a power cut.</summary>
    void Commit();

    void Rollback();
}

/// <summary>The newest keys and the newest block of a store.</summary>
public sealed record StoreHead
{
    public long Account { get; init; }
    public long ApiKey { get; init; }
    public long Market { get; init; }
    public long Node { get; init; }
    public long Job { get; init; }
    public long Height { get; init; }
    public Bytes32 BlockHash { get; init; }
    public DateTimeOffset BlockAt { get; init; }
}

/// <summary>A job as its queue holds it.</summary>
public readonly record struct QueuedJob(long Key, long WantedNode);

/// <summary>Rows to be written.</summary>
public sealed class ChangedRows
{
    public Dictionary<long, Account> Accounts { get; } = [];
    public Dictionary<long, Job> Jobs { get; } = [];
    public Dictionary<long, Node> Nodes { get; } = [];
    public Dictionary<long, Market> Markets { get; } = [];

    /// <summary>A null deletes the key.</summary>
    public Dictionary<long, ApiKey?> ApiKeys { get; } = [];

    public bool IsEmpty => Accounts.Count + Jobs.Count + Nodes.Count + Markets.Count + ApiKeys.Count == 0;

    public void Clear()
    {
        Accounts.Clear();
        Jobs.Clear();
        Nodes.Clear();
        Markets.Clear();
        ApiKeys.Clear();
    }
}
