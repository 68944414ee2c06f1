using Nosnet.Protocol;

namespace Nosnet.Engine.Tests;

/// <summary>What must hold of a network at every moment, read from its store.</summary>
internal static class Invariants
{
    public static async Task CheckAsync(TestNetwork network)
    {
        var accounts = await AllAsync(key => network.Engine.Read.AccountAsync(key, TestContext.Current.CancellationToken));
        var jobs = await AllAsync(key => network.Engine.Read.JobAsync(key, TestContext.Current.CancellationToken));
        var nodes = await network.Engine.Read.NodesAsync(TestContext.Current.CancellationToken);

        Sum(accounts, a => a.Available + a.Reserved + a.Earned + a.Issued).ShouldBe(Credits.Zero, "all postings sum to zero");
        Sum(accounts, a => a.Earned).ShouldBe(Sum(jobs, j => j.Settled), "what jobs cost is what nodes and network earned");
        foreach (var account in accounts)
        {
            account.Available.ShouldBeGreaterThanOrEqualTo(Credits.Zero);
            account.Reserved.ShouldBe(Sum(jobs.Where(j => j.Account == account.Key), j => j.Reserved), "what is reserved is what its open jobs hold");
            account.Settled.ShouldBe(Sum(jobs.Where(j => j.Account == account.Key), j => j.Settled), "what is settled is what its jobs cost");
        }

        foreach (var job in jobs)
            (job.IsEnded ? job.Reserved == Credits.Zero : job.Settled == Credits.Zero).ShouldBeTrue("a job is held for or settled, never both");
        foreach (var node in nodes)
            node.Running.ShouldBe(jobs.Count(j => j.State is JobState.Running && j.Node == node.Key), "a node's runs are counted");

        var now = network.Time.GetUtcNow();
        foreach (var job in jobs.Where(j => j.State is JobState.Queued))
            nodes.ShouldNotContain(
                n => n.IsWaiting && n.Market == job.Market && (job.WantedNode == 0 || job.WantedNode == n.Key) && Leases.IsLive(network.Engine.Seen.Of(n.Key), now),
                $"job {job.Key} waits while a node is free");
    }

    private static Credits Sum<T>(IEnumerable<T> of, Func<T, Credits> amount) => of.Aggregate(Credits.Zero, (sum, one) => sum + amount(one));

    private static async Task<List<T>> AllAsync<T>(Func<long, ValueTask<T?>> read)
        where T : class
    {
        var rows = new List<T>();
        while (await read(rows.Count + 1) is { } row)
            rows.Add(row);
        return rows;
    }
}
