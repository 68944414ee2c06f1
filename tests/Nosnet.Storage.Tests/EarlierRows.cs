using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Storage.Tests;

/// <summary>Rows as the first version wrote them, as SQL that both stores understand, and what has to be found of them in a store of today.</summary>
internal static class EarlierRows
{
    private static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_123);

    /// <param name="zeros">32 zero bytes in the store's SQL.</param>
    /// <param name="ones">32 other bytes.</param>
    public static string Sql(string zeros, string ones) => $"""
        INSERT INTO account VALUES (1, {zeros}, 1, 'network', 0, 0, 0, 0, -70, 0, 0, 0, 1, 0);
        INSERT INTO account VALUES (2, {ones}, 2, 'operator', 0, 60, 10, 0, 0, 70, 2, 2, 1, 0);
        INSERT INTO api_key VALUES (7, {zeros}, 2, 'k', 'jobs:read', 0, NULL);
        INSERT INTO market VALUES (3, {zeros}, 'default', 'Default market', 100, 1000, 600, 700, '', '', 1);
        INSERT INTO node VALUES (1, {zeros}, 2, 'n', 0, 3, 4, 1, 0);
        INSERT INTO job VALUES (1, 2, 3, 3, 6, 1, 0, 1, 0, 1, 4, 5, 6, 0, 0, 0, 0, 0, 0, 1800000000123, 0, 1, 0, {zeros}, NULL);
        INSERT INTO job VALUES (2, 2, 3, 1, NULL, 1, 0, 1, 0, 0, 4, 5, 6, 10, 0, 0, 0, 0, NULL, NULL, 1, 1, 0, {zeros}, NULL);
        INSERT INTO block VALUES (1, {zeros}, {ones}, 5, {ones}, {zeros});
        """;

    /// <summary>All of it is there, what came with later versions says that it is not known, and the store takes what is written today.</summary>
    public static async Task ShouldBeThereAndWorkAsync(OpenStores stores, CancellationToken cancellation)
    {
        var account = (await stores.Read.AccountAsync(2, cancellation)).ShouldNotBeNull();
        (account.Available, account.Reserved, account.Assigned, account.LastJob).ShouldBe((new Credits(60), new Credits(10), new Credits(70), 2));
        stores.Lane.ReadApiKey(7).ShouldNotBeNull().Scopes.ShouldBe(["jobs:read"]);
        (await stores.Read.MarketsAsync(cancellation)).Single().MaxTimeoutSeconds.ShouldBe(600);
        (await stores.Read.NodesAsync(cancellation)).Single().ShouldSatisfyAllConditions(n => n.Slots.ShouldBe(4), n => n.Hardware.ShouldBeNull(), n => n.Drain.ShouldBe(Drain.None));
        (await stores.Read.JobAsync(1, cancellation)).ShouldNotBeNull().StopRequestedAt.ShouldBe(At);
        (await stores.Read.JobAsync(2, cancellation)).ShouldNotBeNull().ShouldSatisfyAllConditions(j => j.StopRequested.ShouldBeFalse(), j => j.Requirements.ShouldBeNull());
        stores.Lane.ReadRunningJobs().Single().Key.ShouldBe(2);
        stores.Lane.ReadHead().ShouldSatisfyAllConditions(h => h.ApiKey.ShouldBe(7), h => h.Job.ShouldBe(2), h => h.Height.ShouldBe(1));

        var running = stores.Lane.ReadJob(2)!;
        stores.Write(rows =>
        {
            rows.Jobs[2] = running with { State = JobState.Completed, Reason = EndReason.Completed, Reserved = Credits.Zero, Settled = new(3) };
            rows.Jobs[3] = running with { Key = 3, State = JobState.Queued, PreviousOfAccount = 2 };
            rows.Accounts[2] = account with { LastJob = 3 };
            rows.ApiKeys[7] = null;
        });
        (await stores.Read.JobsAsync(2, before: 0, limit: 10, static _ => true, cancellation)).Jobs.Select(j => j.Key).ShouldBe([3, 2, 1]);
        stores.Lane.ReadHead().ApiKey.ShouldBe(7);
        await stores.Secrets.WriteAsync(new SealedSecret(2, "S", new byte[] { 1 }, At, At), most: 1, cancellation);
        (await stores.Secrets.ListAsync(2, cancellation)).ShouldHaveSingleItem();
    }
}
