using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.EndToEnd;

/// <summary>
/// A node that is killed again and again in the middle of its work: fifty times in two hundred jobs where <c>./test --long</c> asks for it,
/// and as often for each job, with fewer of them, otherwise.
/// </summary>
public sealed class NodeChaosTests(EngineFixture engine)
{
    private const int Slots = 12;

    private static readonly int Kills = Math.Min(50, CrashScene.Kills(otherwise: 12));
    private static readonly int Jobs = 4 * Kills;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Jobs_end_well_on_a_node_that_is_killed_again_and_again_and_nothing_of_them_is_left()
    {
        await using var network = await LiveNetwork.StartAsync(engine);
        var before = await network.Client.Credits.BalanceAsync(Cancelled);
        var node = await network.StartNodeAsync("node", Slots);
        var jobs = new List<JobHandle>();
        for (var number = 0; number < Jobs; number++)
            jobs.Add(await network.PostAsync(CountedJob.Definition(number)));

        for (var kill = 1; kill <= Kills; kill++)
        {
            await UntilEndedAsync(network, kill * Jobs / (Kills + 1));
            await node.KillAsync();
            node = await network.StartNodeAsync("node", Slots);
        }

        var costs = Credits.Zero;
        foreach (var (number, job) in jobs.Index())
        {
            costs += (await CountedJob.ShouldEndWellAsync(job, number)).Cost!.Value;
        }
        var after = await network.Client.Credits.BalanceAsync(Cancelled);
        after.ReservedCredits.ShouldBe(Credits.Zero);
        after.SettledCredits.ShouldBe(before.SettledCredits + costs);
        await network.UntilNothingIsLeftAsync();
    }

    private static async Task UntilEndedAsync(LiveNetwork network, int wanted)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        // Those that wait or run are fewer with every kill, and so is what this asks for.
        while (await network.Client.Jobs.ListAsync(new JobFilter { Statuses = [JobStatus.Pending, JobStatus.Running] }).CountAsync(limit.Token) > Jobs - wanted)
            await pause.WaitForNextTickAsync(limit.Token);
    }
}
