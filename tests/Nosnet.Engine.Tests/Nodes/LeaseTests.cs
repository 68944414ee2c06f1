using Nosnet.Protocol;

namespace Nosnet.Engine.Tests;

public sealed class LeaseTests
{
    private static readonly TimeSpan Silence = Leases.Length + TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_node_that_reports_after_its_lease_ran_out_gets_no_other_job()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var node = await network.NewNodeAsync();
        var run = (await network.PostAsync(account)).Job;
        var behind = (await network.PostAsync(account)).Job;

        network.Time.Advance(Silence);
        await network.FinishAsync(node, run);

        (await network.JobAsync(behind)).State.ShouldBe(JobState.Queued);
    }

    [Fact]
    public async Task What_was_posted_beside_a_silent_node_goes_to_it_when_it_is_heard_of_after_a_restart_of_the_server()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var node = await network.NewNodeAsync();
        network.Time.Advance(Silence);
        var job = (await network.PostAsync(account)).Job;

        network.Restart();
        var duty = await network.HeartbeatAsync(node);

        duty.Runs.Single().Key.ShouldBe(job.Key);
    }

    [Fact]
    public async Task A_node_that_tells_of_a_larger_machine_gets_what_waited_for_one()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var node = await network.NewNodeAsync();
        var needs = new JobRequirements { RamMb = 4_000 };
        var job = (await network.DoAsync(new PostJob(account.Key, TestNetwork.Market, TestNetwork.Definition, 60, null) { Requirements = needs })).Job;

        await network.DoAsync(new RegisterNode(node.Address, node.Name) { Hardware = new NodeHardware { RamMb = 8_192 } });

        (await network.JobAsync(job)).Node.ShouldBe(node.Key);
    }

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
    public async Task A_job_that_was_lost_after_running_long_waits_anew_for_as_long_as_the_market_lets_jobs_wait()
    {
        using var network = await TestNetwork.StartAsync();
        await network.DoAsync(new ChangeMarket(TestNetwork.Market, new() { QueueExpirySeconds = 60 }));
        var account = await network.NewAccountAsync(1);
        var node = await network.NewNodeAsync();
        var job = (await network.PostAsync(account)).Job;
        await network.StartRunAsync(node, job);
        for (var i = 0; i < 10; i++)
        {
            await network.PassAsync(TimeSpan.FromSeconds(15));
            await network.HeartbeatAsync(node);
        }

        await network.PassAsync(Silence);
        await network.PassAsync(TimeSpan.FromSeconds(50));
        (await network.JobAsync(job)).State.ShouldBe(JobState.Queued);
        await network.PassAsync(TimeSpan.FromSeconds(11));

        (await network.JobAsync(job)).Reason.ShouldBe(EndReason.ExpiredInQueue);
    }

    [Fact]
    public async Task A_job_that_waits_anew_does_not_keep_those_behind_it_from_expiring()
    {
        using var network = await TestNetwork.StartAsync();
        await network.DoAsync(new ChangeMarket(TestNetwork.Market, new() { QueueExpirySeconds = 60 }));
        var account = await network.NewAccountAsync(1);
        await network.NewNodeAsync();
        var lost = (await network.PostAsync(account)).Job;
        var behind = (await network.PostAsync(account)).Job;
        await network.PassAsync(Silence);

        await network.PassAsync(TimeSpan.FromSeconds(45));

        (await network.JobAsync(lost)).State.ShouldBe(JobState.Queued);
        (await network.JobAsync(behind)).Reason.ShouldBe(EndReason.ExpiredInQueue);
    }

    [Fact]
    public async Task A_job_whose_only_node_is_lost_ends_for_want_of_it_after_the_time_of_the_queue()
    {
        using var network = await TestNetwork.StartAsync();
        await network.DoAsync(new ChangeMarket(TestNetwork.Market, new() { QueueExpirySeconds = 60 }));
        var account = await network.NewAccountAsync(1);
        var node = await network.NewNodeAsync();
        var job = (await network.PostAsync(account, node: node.Address)).Job;
        await network.PassAsync(Silence);

        await network.PassAsync(TimeSpan.FromSeconds(61));

        (await network.JobAsync(job)).Reason.ShouldBe(EndReason.NodeLost);
        (await network.AccountAsync(account.Key)).Available.ShouldBe(Credits.FromUsd(1));
    }

    [Fact]
    public async Task A_living_node_that_never_starts_a_run_does_not_get_that_job_again()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var node = await network.NewNodeAsync();
        var job = (await network.PostAsync(account)).Job;
        await PrepareForeverAsync(network, node);

        var lost = await network.JobAsync(job);
        lost.State.ShouldBe(JobState.Queued);
        network.Restart();
        await network.DoAsync(new JoinMarket(node.Address, TestNetwork.Market, 1));
        (await network.HeartbeatAsync(node)).Runs.ShouldBeEmpty();

        (await network.NewNodeAsync()).Running.ShouldBe(1);
    }

    [Fact]
    public async Task A_job_for_a_node_that_never_starts_it_has_failed()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var node = await network.NewNodeAsync();
        var job = (await network.PostAsync(account, node: node.Address)).Job;

        await PrepareForeverAsync(network, node);

        (await network.JobAsync(job)).Reason.ShouldBe(EndReason.NodeLost);
    }

    [Fact]
    public async Task A_job_that_may_run_for_long_may_be_prepared_for_as_long()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1_000);
        var node = await network.NewNodeAsync();
        var job = (await network.PostAsync(account, seconds: 2 * (long)FindDue.MostPreparation.TotalSeconds)).Job;
        await PrepareForeverAsync(network, node);

        (await network.JobAsync(job)).State.ShouldBe(JobState.Running);
        await PrepareForeverAsync(network, node);
        (await network.JobAsync(job)).State.ShouldBe(JobState.Queued);
    }

    private static async Task PrepareForeverAsync(TestNetwork network, Node node)
    {
        for (var passed = TimeSpan.Zero; passed <= FindDue.MostPreparation; passed += TimeSpan.FromSeconds(19))
        {
            await network.HeartbeatAsync(node);
            await network.PassAsync(TimeSpan.FromSeconds(19));
        }
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
    public async Task What_a_run_came_to_while_the_server_was_down_is_for_its_node_to_say_however_long_that_was()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var node = await network.NewNodeAsync();
        var job = (await network.PostAsync(account, seconds: 3_600)).Job;
        await network.StartRunAsync(node, job);
        network.Time.Advance(TimeSpan.FromHours(3));

        network.Restart();
        await network.PassAsync(TimeSpan.FromSeconds(1));
        await network.HeartbeatAsync(node);
        await network.PassAsync(TimeSpan.FromSeconds(4));
        await network.FinishAsync(node, job, endedAgo: (TimeSpan.FromHours(3) - TimeSpan.FromMinutes(10)).TotalSeconds + 5);

        var ended = await network.JobAsync(job);
        ended.Reason.ShouldBe(EndReason.Completed);
        ended.Result.ShouldBe(TestNetwork.Result);
        ended.Settled.ShouldBe(Pricing.Settle(job.PricePerHour, job.FeeBasisPoints, TimeSpan.FromMinutes(10), job.Reserved).Total);
    }

    [Fact]
    public async Task A_run_that_was_prepared_while_the_server_was_down_is_begun_however_long_that_was()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var node = await network.NewNodeAsync();
        var job = (await network.PostAsync(account)).Job;
        network.Time.Advance(FindDue.MostPreparation + TimeSpan.FromHours(1));

        network.Restart();
        await network.PassAsync(TimeSpan.FromSeconds(1));

        (await network.StartRunAsync(node, job)).State.ShouldBe(JobState.Running);
    }

    [Fact]
    public async Task A_node_that_says_nothing_of_a_run_whose_time_is_up_is_waited_for_no_longer_than_after_the_servers_start()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var node = await network.NewNodeAsync();
        var job = (await network.PostAsync(account, seconds: 3_600)).Job;
        await network.StartRunAsync(node, job);
        network.Time.Advance(TimeSpan.FromHours(3));

        network.Restart();
        for (var passed = TimeSpan.Zero; passed <= FindDue.ReportGrace; passed += TimeSpan.FromSeconds(15))
        {
            await network.HeartbeatAsync(node);
            (await network.JobAsync(job)).State.ShouldBe(JobState.Running);
            await network.PassAsync(TimeSpan.FromSeconds(15));
        }

        (await network.JobAsync(job)).Reason.ShouldBe(EndReason.TimedOut);
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
