using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.EndToEnd;

public sealed class ServerCrashTests(EngineFixture engine)
{
    private const int Jobs = 20;

    [Fact]
    public async Task After_a_server_was_killed_while_twenty_jobs_ran_every_job_ends_and_is_settled_once()
    {
        await using var network = await LiveNetwork.StartAsync(engine);
        await network.StartNodeAsync("node", slots: Jobs);
        var before = await network.Client.Credits.BalanceAsync(TestContext.Current.CancellationToken);
        var jobs = new List<JobHandle>();
        for (var i = 0; i < Jobs; i++)
            jobs.Add(await network.PostAsync(new JobDefinition { Ops = [LiveNetwork.Gated("job", "echo up", "true")] }));
        foreach (var job in jobs)
            await LiveNetwork.UntilItSpeaksAsync(job);

        await network.Server.KillAsync();
        await network.StartServerAsync();
        await network.OpenGatesAsync();

        var costs = Credits.Zero;
        foreach (var job in jobs)
        {
            var ended = await LiveNetwork.UntilAsync(job, j => j.HasEnded);
            ended.Status.ShouldBe(JobStatus.Completed);
            ended.Epoch.ShouldBe(1, "the node kept its runs while the server was away");
            ended.Cost!.Value.ShouldBeGreaterThan(Credits.Zero);
            costs += ended.Cost.Value;
            (await job.EventsAsync(TestContext.Current.CancellationToken)).Count(e => e.Type == "JobEnded").ShouldBe(1);
        }

        var after = await network.Client.Credits.BalanceAsync(TestContext.Current.CancellationToken);
        after.AssignedCredits.ShouldBe(before.AssignedCredits);
        after.ReservedCredits.ShouldBe(Credits.Zero);
        after.SettledCredits.ShouldBe(before.SettledCredits + costs);
    }
}
