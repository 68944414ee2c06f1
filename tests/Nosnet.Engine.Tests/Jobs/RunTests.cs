using Nosnet.Protocol;

namespace Nosnet.Engine.Tests;

public sealed class RunTests
{
    [Fact]
    public async Task A_finished_run_is_settled_for_the_time_from_its_start_to_the_end_of_its_containers()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var node = await network.NewNodeAsync();
        var job = (await network.PostAsync(account)).Job;
        network.Time.Advance(TimeSpan.FromSeconds(5));
        await network.StartRunAsync(node, job);
        network.Time.Advance(TimeSpan.FromSeconds(12));

        var ended = await network.FinishAsync(node, job, endedAgo: 2);

        ended.State.ShouldBe(JobState.Completed);
        ended.Reason.ShouldBe(EndReason.Completed);
        ended.Result.ShouldBe(TestNetwork.Result);
        ended.Settled.ShouldBe(new Credits(305_556)); // 10 s at $0.11 an hour
        var after = await network.AccountAsync(account.Key);
        after.Reserved.ShouldBe(Credits.Zero);
        after.Settled.ShouldBe(ended.Settled);
        after.Available.ShouldBe(Credits.FromUsd(1) - ended.Settled);
    }

    [Fact]
    public async Task What_a_job_cost_goes_to_the_node_and_its_fee_to_the_network()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var node = await network.NewNodeAsync();
        var job = (await network.PostAsync(account)).Job;
        await network.StartRunAsync(node, job);
        network.Time.Advance(TimeSpan.FromHours(1));

        await network.FinishAsync(node, job);

        (await network.AccountAsync(node.Account)).Earned.ShouldBe(Credits.FromUsd(0.10m));
        (await network.AccountAsync(NetworkAccount.Key)).Earned.ShouldBe(Credits.FromUsd(0.01m));
    }

    [Fact]
    public async Task A_run_never_costs_more_than_was_reserved()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var node = await network.NewNodeAsync();
        var posted = await network.PostAsync(account, seconds: 60);
        await network.StartRunAsync(node, posted.Job);
        network.Time.Advance(TimeSpan.FromSeconds(90));

        (await network.FinishAsync(node, posted.Job, EndReason.TimedOut)).Settled.ShouldBe(posted.Reserved);
    }

    [Fact]
    public async Task A_job_that_never_started_costs_nothing()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var node = await network.NewNodeAsync();
        var job = (await network.PostAsync(account)).Job;
        network.Time.Advance(TimeSpan.FromSeconds(30));
        await network.HeartbeatAsync(node);

        var refusal = await network.TryAsync(new FinishRun(node.Address, network.RunOf(job), job.Epoch, EndReason.ImagePullFailed, null, TimeSpan.Zero));

        // The node was silent for 30 s, so the run was lost before it spoke again.
        refusal.Refusal!.Code.ShouldBe(ErrorCode.StaleEpoch);
        (await network.AccountAsync(account.Key)).Settled.ShouldBe(Credits.Zero);
    }

    [Fact]
    public async Task An_image_that_cannot_be_pulled_fails_the_job_at_no_cost()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var node = await network.NewNodeAsync();
        var job = (await network.PostAsync(account)).Job;
        network.Time.Advance(TimeSpan.FromSeconds(10));

        var ended = await network.FinishAsync(node, job, EndReason.ImagePullFailed);

        ended.State.Status(ended.Reason).ShouldBe(JobStatus.Failed);
        ended.Settled.ShouldBe(Credits.Zero);
    }

    [Fact]
    public async Task A_finish_that_is_said_twice_is_settled_once()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var node = await network.NewNodeAsync();
        var job = (await network.PostAsync(account)).Job;
        await network.StartRunAsync(node, job);
        network.Time.Advance(TimeSpan.FromSeconds(10));

        var first = await network.FinishAsync(node, job);
        network.Time.Advance(TimeSpan.FromSeconds(10));
        var second = await network.FinishAsync(node, job);

        second.Settled.ShouldBe(first.Settled);
        (await network.AccountAsync(account.Key)).Settled.ShouldBe(first.Settled);
    }

    [Fact]
    public async Task A_start_that_is_said_twice_counts_from_the_first()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var node = await network.NewNodeAsync();
        var job = (await network.PostAsync(account)).Job;
        var first = await network.StartRunAsync(node, job);
        network.Time.Advance(TimeSpan.FromSeconds(10));

        (await network.StartRunAsync(node, job)).StartedAt.ShouldBe(first.StartedAt);
    }

    [Fact]
    public async Task What_another_node_says_of_a_run_does_not_count()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        await network.NewNodeAsync();
        var other = await network.NewNodeAsync();
        var job = (await network.PostAsync(account)).Job;

        var refusal = await network.RefusedAsync(new FinishRun(other.Address, network.RunOf(job), job.Epoch, EndReason.Completed, null, TimeSpan.Zero));

        refusal.Code.ShouldBe(ErrorCode.StaleEpoch);
    }

    [Fact]
    public async Task A_node_that_claims_an_owners_stop_without_cause_is_not_paid()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var node = await network.NewNodeAsync();
        var job = (await network.PostAsync(account)).Job;
        await network.StartRunAsync(node, job);
        network.Time.Advance(TimeSpan.FromSeconds(10));

        var ended = await network.FinishAsync(node, job, EndReason.StoppedByOwner);

        ended.Reason.ShouldBe(EndReason.NodeFailed);
        ended.Settled.ShouldBe(Credits.Zero);
    }

    [Fact]
    public async Task A_node_that_comes_free_takes_the_job_that_waits_longest()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var node = await network.NewNodeAsync();
        var running = (await network.PostAsync(account)).Job;
        var next = (await network.PostAsync(account)).Job;
        await network.PostAsync(account);

        await network.FinishAsync(node, running);

        var taken = await network.JobAsync(next);
        taken.State.ShouldBe(JobState.Running);
        taken.Node.ShouldBe(node.Key);
    }

    [Fact]
    public async Task A_node_with_two_slots_runs_two_jobs()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var node = await network.NewNodeAsync(slots: 2);

        var states = new[] { await network.PostAsync(account), await network.PostAsync(account), await network.PostAsync(account) }.Select(p => p.Job.State);

        states.ShouldBe([JobState.Running, JobState.Running, JobState.Queued]);
        (await network.NodeAsync(node)).Running.ShouldBe(2);
    }

    [Fact]
    public async Task A_run_whose_node_never_reports_its_end_is_ended_a_minute_after_its_time()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var node = await network.NewNodeAsync();
        var posted = await network.PostAsync(account, seconds: 10);
        await network.StartRunAsync(node, posted.Job);

        for (var second = 0; second < 75; second += 15)
        {
            await network.HeartbeatAsync(node);
            await network.PassAsync(TimeSpan.FromSeconds(15));
        }

        var ended = await network.JobAsync(posted.Job);
        ended.State.ShouldBe(JobState.Stopped);
        ended.Reason.ShouldBe(EndReason.TimedOut);
        ended.Settled.ShouldBe(posted.Reserved);
        (await network.NodeAsync(node)).Running.ShouldBe(0);
    }
}
