using Nosnet.Protocol;

namespace Nosnet.Engine.Tests;

public sealed class LeaseTests
{
    private static readonly TimeSpan Silence = Leases.Length + TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_silent_nodes_run_goes_back_to_the_front_of_the_queue_at_no_cost()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var node = await network.NewNodeAsync();
        var job = (await network.PostAsync(account)).Job;
        var behind = (await network.PostAsync(account)).Job;
        await network.StartRunAsync(node, job);

        await network.PassAsync(Silence);

        var requeued = await network.JobAsync(job);
        requeued.State.ShouldBe(JobState.Queued);
        (await network.PositionAsync(requeued)).ShouldBe(1);
        (await network.PositionAsync(behind)).ShouldBe(2);
        (await network.AccountAsync(account.Key)).Settled.ShouldBe(Credits.Zero);
    }

    [Fact]
    public async Task A_lost_run_goes_straight_to_a_node_that_waits_under_a_new_epoch()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        await network.NewNodeAsync();
        var job = (await network.PostAsync(account)).Job;
        network.Time.Advance(TimeSpan.FromSeconds(15));
        var other = await network.NewNodeAsync();

        await network.PassAsync(TimeSpan.FromSeconds(6));

        var taken = await network.JobAsync(job);
        taken.Node.ShouldBe(other.Key);
        taken.Epoch.ShouldBe(2);
        taken.StartedAt.ShouldBeNull();
    }

    [Fact]
    public async Task What_a_node_says_of_a_lost_run_is_refused_as_stale()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var node = await network.NewNodeAsync();
        var job = (await network.PostAsync(account)).Job;
        await network.PassAsync(Silence);

        var refusal = await network.RefusedAsync(new FinishRun(node.Address, network.RunOf(job), job.Epoch, EndReason.Completed, null, TimeSpan.Zero));

        refusal.Code.ShouldBe(ErrorCode.StaleEpoch);
    }

    [Fact]
    public async Task After_three_lost_runs_the_job_has_failed_for_want_of_a_node()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var job = (await network.PostAsync(account)).Job;
        for (var i = 0; i < Leases.MostLostRuns; i++)
        {
            await network.NewNodeAsync();
            await network.PassAsync(Silence);
        }

        var ended = await network.JobAsync(job);
        ended.State.Status(ended.Reason).ShouldBe(JobStatus.Failed);
        ended.Reason.ShouldBe(EndReason.NodeLost);
        (await network.AccountAsync(account.Key)).Available.ShouldBe(Credits.FromUsd(1));
    }

    [Fact]
    public async Task Heartbeats_keep_a_run()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var node = await network.NewNodeAsync();
        var job = (await network.PostAsync(account)).Job;

        for (var i = 0; i < 10; i++)
        {
            await network.PassAsync(TimeSpan.FromSeconds(5));
            (await network.HeartbeatAsync(node)).Runs.Single().Key.ShouldBe(job.Key);
        }
    }

    [Fact]
    public async Task A_node_that_comes_back_too_late_has_lost_its_run_and_its_place_in_the_market()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var node = await network.NewNodeAsync();
        await network.PostAsync(account);
        network.Time.Advance(Silence);

        var duty = await network.HeartbeatAsync(node);

        duty.Runs.ShouldBeEmpty();
        duty.Market.ShouldBeNull();
    }

    [Fact]
    public async Task A_stopped_job_whose_node_falls_silent_costs_until_it_was_last_heard()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var node = await network.NewNodeAsync();
        var job = (await network.PostAsync(account)).Job;
        await network.StartRunAsync(node, job);
        network.Time.Advance(TimeSpan.FromSeconds(10));
        await network.HeartbeatAsync(node);
        await network.DoAsync(new StopJob(new(account.Key), network.AddressOf(job)));

        await network.PassAsync(Silence);

        var ended = await network.JobAsync(job);
        ended.Reason.ShouldBe(EndReason.StoppedByOwner);
        ended.Settled.ShouldBe(new Credits(305_556)); // 10 s
    }

    [Fact]
    public async Task A_restarted_server_gives_every_node_a_whole_lease_to_be_heard_again()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var node = await network.NewNodeAsync();
        var job = (await network.PostAsync(account)).Job;
        network.Time.Advance(TimeSpan.FromMinutes(5));

        network.Restart();
        await network.PassAsync(TimeSpan.FromSeconds(19));

        (await network.HeartbeatAsync(node)).Runs.Single().Key.ShouldBe(job.Key);
    }

    [Fact]
    public async Task A_node_that_leaves_finishes_what_it_runs_and_takes_nothing_new()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var node = await network.NewNodeAsync();
        var running = (await network.PostAsync(account)).Job;
        var waiting = (await network.PostAsync(account)).Job;

        await network.DoAsync(new LeaveMarket(node.Address));
        await network.FinishAsync(node, running);

        (await network.JobAsync(running)).State.ShouldBe(JobState.Completed);
        (await network.JobAsync(waiting)).State.ShouldBe(JobState.Queued);
    }
}
