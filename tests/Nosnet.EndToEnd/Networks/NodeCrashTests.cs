using Nosnet.Client;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.EndToEnd;

public sealed class NodeCrashTests(EngineFixture engine)
{
    [Fact]
    public async Task A_node_that_was_killed_takes_up_its_running_containers_and_reports_their_whole_log()
    {
        await using var network = await LiveNetwork.StartAsync(engine);
        var node = await network.StartNodeAsync("node", slots: 2);
        var job = await network.PostAsync(new JobDefinition
        {
            Ops = [LiveNetwork.Gated("job", $"i=0; until {LiveNetwork.IsOpen}; do i=$((i+1)); echo line $i; sleep 0.1; done", "echo end")],
        });
        await LiveNetwork.UntilItSpeaksAsync(job);

        await node.KillAsync();
        await network.StartNodeAsync("node", slots: 2);
        await network.OpenGatesAsync();

        var ended = await LiveNetwork.UntilAsync(job, j => j.HasEnded);
        ended.Status.ShouldBe(JobStatus.Completed);
        ended.Epoch.ShouldBe(1, "the container never stopped, so the run is the same");
        var result = await network.Client.Ipfs.ReadJsonAsync(ended.ResultCid!.Value, TestContext.Current.CancellationToken);
        var lines = result.GetProperty("opStates")[0].GetProperty("logs").EnumerateArray()
            .Where(l => l.GetProperty("type").GetString() == "stdout").Select(l => l.GetProperty("log").GetString()!.Trim()).ToList();
        lines.ShouldBe([.. Enumerable.Range(1, lines.Count - 1).Select(i => $"line {i}"), "end"]);
    }

    [Fact]
    public async Task A_container_that_ended_while_its_node_was_dead_is_reported_and_costs_no_more_than_it_ran()
    {
        await using var network = await LiveNetwork.StartAsync(engine);
        var node = await network.StartNodeAsync("node", slots: 1);
        var job = await network.PostAsync(new JobDefinition { Ops = [LiveNetwork.Gated("job", "echo up", "true")] });
        await LiveNetwork.UntilItSpeaksAsync(job);
        await node.KillAsync();
        await network.OpenGatesAsync();
        var container = await network.ContainerAsync();
        await engine.Engine.WaitForEndAsync(container, TestContext.Current.CancellationToken);
        await WaitAsync(TimeSpan.FromSeconds(5));

        var back = TimeProvider.System.GetUtcNow();
        await network.StartNodeAsync("node", slots: 1);

        var ended = await LiveNetwork.UntilAsync(job, j => j.HasEnded);
        ended.Status.ShouldBe(JobStatus.Completed);
        ended.EndedAt!.Value.ShouldBeLessThan(back);
    }

    [Fact]
    public async Task The_jobs_of_a_node_that_never_returns_go_to_another_node_at_no_cost_for_the_lost_run()
    {
        await using var network = await LiveNetwork.StartAsync(engine);
        var first = await network.StartNodeAsync("first", slots: 1);
        var job = await network.PostAsync("echo up; sleep 10");
        await LiveNetwork.UntilItSpeaksAsync(job);
        await first.KillAsync();

        await network.StartNodeAsync("second", slots: 1);

        var ended = await LiveNetwork.UntilAsync(job, j => j.HasEnded);
        ended.Status.ShouldBe(JobStatus.Completed);
        ended.Epoch.ShouldBe(2);
        // The lost run went on until its lease was over, and would show.
        var ran = ended.EndedAt!.Value - ended.StartedAt!.Value;
        ended.Cost!.Value.ShouldBeLessThan(Pricing.Settle(ended.PricePerHour!.Value, feeBasisPoints: 0, ran + 0.5 * Leases.Length, Credits.FromUsd(1)).Total);
    }

    [Fact]
    public async Task Whoever_follows_a_log_goes_on_when_the_node_is_started_again()
    {
        await using var network = await LiveNetwork.StartAsync(engine);
        var node = await network.StartNodeAsync("node", slots: 1);
        var job = await network.PostAsync("i=0; while true; do i=$((i+1)); echo $i; sleep 0.1; done");
        var seen = new List<int>();
        var last = 10;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        await foreach (var update in job.FollowAsync(cancellationToken: limit.Token))
        {
            if (update is not JobLogged { Entry: { Kind: LogKind.Stdout, Message: var line } })
                continue;
            seen.Add(int.Parse(line, System.Globalization.CultureInfo.InvariantCulture));
            if (seen.Count < last)
                continue;
            if (last > 10)
                break;
            await node.StopAsync();
            await network.StartNodeAsync("node", slots: 1);
            // More than there can have been before it was told to end.
            last = 100;
        }
        seen.ShouldBe(Enumerable.Range(1, last));
        await job.StopAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Real time has to pass while a real container ends with nobody watching.</summary>
    private static async Task WaitAsync(TimeSpan time)
    {
        using var timer = new PeriodicTimer(time);
        await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
    }
}
