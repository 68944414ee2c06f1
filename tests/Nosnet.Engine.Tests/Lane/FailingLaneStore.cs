using Nosnet.Protocol;

namespace Nosnet.Engine.Tests;

/// <summary>
/// A real store whose next calls fail where the test says so. What fails also rolls the open transaction back, as SQLite itself does
/// when the disk is full.
/// </summary>
internal sealed class FailingLaneStore(ILaneStore store) : ILaneStore
{
    private readonly HashSet<string> _failing = [];

    /// <summary>Has the next call of each of these methods fail, once.</summary>
    public void FailNext(params ReadOnlySpan<string> methods)
    {
        foreach (var method in methods)
            _failing.Add(method);
    }

    public StoreHead ReadHead() => Do(nameof(ReadHead), store.ReadHead);
    public IReadOnlyList<Market> ReadMarkets() => Do(nameof(ReadMarkets), store.ReadMarkets);
    public IReadOnlyList<Node> ReadNodes() => Do(nameof(ReadNodes), store.ReadNodes);
    public IReadOnlyList<Job> ReadRunningJobs() => Do(nameof(ReadRunningJobs), store.ReadRunningJobs);
    public Account? ReadAccount(long key) => Do(nameof(ReadAccount), () => store.ReadAccount(key));
    public Account? ReadAccount(AccountAddress address) => Do(nameof(ReadAccount), () => store.ReadAccount(address));
    public ApiKey? ReadApiKey(long key) => Do(nameof(ReadApiKey), () => store.ReadApiKey(key));
    public Job? ReadJob(long key) => Do(nameof(ReadJob), () => store.ReadJob(key));
    public IReadOnlyList<QueuedJob> ReadQueue(long market, long after, int limit) => Do(nameof(ReadQueue), () => store.ReadQueue(market, after, limit));
    public void Begin() => Do(nameof(Begin), store.Begin);
    public void Write(ChangedRows rows) => Do(nameof(Write), () => store.Write(rows));
    public void WriteBlock(Block block) => Do(nameof(WriteBlock), () => store.WriteBlock(block));
    public void Commit() => Do(nameof(Commit), store.Commit);
    public void Rollback() => Do(nameof(Rollback), store.Rollback);
    public void Dispose() => store.Dispose();

    private void Do(string method, Action call) => Do(method, () =>
    {
        call();
        return true;
    });

    private T Do<T>(string method, Func<T> call)
    {
        if (!_failing.Remove(method))
            return call();
        store.Rollback();
        throw new IOException($"{method} failed.");
    }
}
