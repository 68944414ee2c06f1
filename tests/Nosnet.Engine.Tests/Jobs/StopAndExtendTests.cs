using Nosnet.Protocol;

namespace Nosnet.Engine.Tests;

public sealed class StopAndExtendTests
{
    [Fact]
    public async Task Stopping_a_waiting_job_ends_it_at_once_and_releases_all_of_it()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var job = (await network.PostAsync(account)).Job;

        var stopped = await network.DoAsync(new StopJob(new(account.Key), network.AddressOf(job)));

        stopped.Outcome.ShouldBe(StopOutcome.Delisted);
        stopped.Job.Reason.ShouldBe(EndReason.StoppedByOwner);
        (await network.AccountAsync(account.Key)).Available.ShouldBe(Credits.FromUsd(1));
    }

    [Fact]
    public async Task A_stopped_waiting_job_is_not_given_to_a_node()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var job = (await network.PostAsync(account)).Job;
        await network.DoAsync(new StopJob(new(account.Key), network.AddressOf(job)));

        (await network.NewNodeAsync()).Running.ShouldBe(0);
    }

    [Fact]
    public async Task Stopping_a_running_job_asks_its_node_and_pays_for_the_time_until_its_containers_end()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var node = await network.NewNodeAsync();
        var job = (await network.PostAsync(account)).Job;
        await network.StartRunAsync(node, job);
        network.Time.Advance(TimeSpan.FromSeconds(10));

        var stopped = await network.DoAsync(new StopJob(new(account.Key), network.AddressOf(job)));
        stopped.Outcome.ShouldBe(StopOutcome.Ending);
        (await network.HeartbeatAsync(node)).Runs.Single().StopRequested.ShouldBeTrue();
        network.Time.Advance(TimeSpan.FromSeconds(8));
        var ended = await network.FinishAsync(node, job, EndReason.StoppedByOwner);

        ended.State.ShouldBe(JobState.Stopped);
        ended.Settled.ShouldBe(new Credits(550_000)); // 18 s at $0.11 an hour
    }

    [Theory]
    [InlineData(EndReason.Completed, EndReason.Completed)]
    [InlineData(EndReason.TimedOut, EndReason.StoppedByOwner)]
    public async Task A_node_that_ignores_a_stop_is_paid_until_a_grace_after_it(EndReason reported, EndReason reason)
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var node = await network.NewNodeAsync();
        var job = (await network.PostAsync(account)).Job;
        await network.StartRunAsync(node, job);
        network.Time.Advance(TimeSpan.FromSeconds(10));
        await network.DoAsync(new StopJob(new(account.Key), network.AddressOf(job)));

        network.Time.Advance(TimeSpan.FromMinutes(50));
        var ended = await network.FinishAsync(node, job, reported);

        ended.Reason.ShouldBe(reason);
        ended.Settled.ShouldBe(new Credits(1_222_223)); // 10 s and the grace of 30
    }

    [Fact]
    public async Task A_stopped_run_whose_living_node_never_ends_it_is_ended_as_stopped()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var node = await network.NewNodeAsync();
        var job = (await network.PostAsync(account)).Job;
        await network.StartRunAsync(node, job);
        network.Time.Advance(TimeSpan.FromSeconds(10));
        await network.DoAsync(new StopJob(new(account.Key), network.AddressOf(job)));

        for (var passed = TimeSpan.Zero; passed < Leases.StopGrace + FindDue.ReportGrace + TimeSpan.FromSeconds(10); passed += TimeSpan.FromSeconds(10))
        {
            await network.HeartbeatAsync(node);
            await network.PassAsync(TimeSpan.FromSeconds(10));
        }

        var ended = await network.JobAsync(job);
        ended.Reason.ShouldBe(EndReason.StoppedByOwner);
        ended.Settled.ShouldBe(new Credits(1_222_223));
        (await network.HeartbeatAsync(node)).Runs.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_run_that_was_stopped_before_it_started_costs_nothing_when_it_starts_all_the_same()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var node = await network.NewNodeAsync();
        var job = (await network.PostAsync(account)).Job;
        await network.DoAsync(new StopJob(new(account.Key), network.AddressOf(job)));
        network.Time.Advance(Leases.StopGrace + TimeSpan.FromSeconds(1));
        await network.StartRunAsync(node, job);
        network.Time.Advance(TimeSpan.FromMinutes(5));

        (await network.FinishAsync(node, job)).Settled.ShouldBe(Credits.Zero);
    }

    [Fact]
    public async Task Stopping_a_job_that_has_ended_changes_nothing()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var job = (await network.PostAsync(account)).Job;
        await network.DoAsync(new StopJob(new(account.Key), network.AddressOf(job)));

        var again = await network.DoAsync(new StopJob(new(account.Key), network.AddressOf(job)));

        again.Outcome.ShouldBe(StopOutcome.AlreadyEnded);
        again.Tx.ShouldBeNull();
    }

    [Fact]
    public async Task Another_accounts_job_cannot_be_told_from_one_that_is_not_there()
    {
        using var network = await TestNetwork.StartAsync();
        var owner = await network.NewAccountAsync(1);
        var other = await network.NewAccountAsync(1);
        var job = (await network.PostAsync(owner)).Job;

        (await network.RefusedAsync(new StopJob(new(other.Key), network.AddressOf(job)))).Code.ShouldBe(ErrorCode.JobNotFound);
        (await network.RefusedAsync(new ExtendJob(new(other.Key), network.AddressOf(job), 60))).Code.ShouldBe(ErrorCode.JobNotFound);
        (await network.RefusedAsync(new StopJob(new(other.Key), new(network.NewBytes())))).Code.ShouldBe(ErrorCode.JobNotFound);
    }

    [Fact]
    public async Task The_operator_may_stop_every_job()
    {
        using var network = await TestNetwork.StartAsync();
        var owner = await network.NewAccountAsync(1);
        var job = (await network.PostAsync(owner)).Job;

        (await network.DoAsync(new StopJob(network.Operator, network.AddressOf(job)))).Outcome.ShouldBe(StopOutcome.Delisted);
    }

    [Fact]
    public async Task Extending_reserves_the_price_of_the_added_time()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var job = (await network.PostAsync(account, seconds: 3_600)).Job;

        var extended = await network.DoAsync(new ExtendJob(new(account.Key), network.AddressOf(job), 1_800));

        extended.Reserved.ShouldBe(Credits.FromUsd(0.055m));
        extended.Job.TimeoutSeconds.ShouldBe(5_400);
        (await network.AccountAsync(account.Key)).Reserved.ShouldBe(Credits.FromUsd(0.165m));
    }

    [Fact]
    public async Task Many_small_extensions_reserve_no_more_than_one_large_one()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var job = (await network.PostAsync(account, seconds: 1)).Job;

        for (var i = 0; i < 35; i++)
            await network.DoAsync(new ExtendJob(new(account.Key), network.AddressOf(job), 1));

        (await network.AccountAsync(account.Key)).Reserved.ShouldBe(new Credits(1_100_000)); // 36 s
    }

    [Fact]
    public async Task Extending_beyond_the_markets_longest_timeout_is_refused_with_what_is_left()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(10);
        var job = (await network.PostAsync(account, seconds: 86_000)).Job;

        var refusal = await network.RefusedAsync(new ExtendJob(new(account.Key), network.AddressOf(job), 401));

        refusal.Code.ShouldBe(ErrorCode.InvalidTimeout);
        refusal.Message.ShouldEndWith("Extend by 1 to 400 seconds.");
    }

    [Fact]
    public async Task Extending_a_job_that_has_all_the_time_its_market_allows_is_refused_with_what_to_do()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(10);
        var job = (await network.PostAsync(account, seconds: 86_400)).Job;

        var refusal = await network.RefusedAsync(new ExtendJob(new(account.Key), network.AddressOf(job), 1));

        refusal.Message.ShouldEndWith("Post it again to run it again.");
    }

    [Fact]
    public async Task Extending_without_the_credits_for_it_is_refused()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(0.11m);
        var job = (await network.PostAsync(account, seconds: 3_600)).Job;

        var refusal = await network.RefusedAsync(new ExtendJob(new(account.Key), network.AddressOf(job), 60));

        refusal.Code.ShouldBe(ErrorCode.InsufficientCredits);
    }

    [Fact]
    public async Task A_job_that_has_ended_cannot_be_extended()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var job = (await network.PostAsync(account)).Job;
        await network.DoAsync(new StopJob(new(account.Key), network.AddressOf(job)));

        (await network.RefusedAsync(new ExtendJob(new(account.Key), network.AddressOf(job), 60))).Code.ShouldBe(ErrorCode.JobEnded);
    }

    [Fact]
    public async Task A_job_that_waits_longer_than_its_market_allows_expires_at_no_cost()
    {
        using var network = await TestNetwork.StartAsync();
        await network.DoAsync(new ChangeMarket(TestNetwork.Market, new MarketTerms { QueueExpirySeconds = 60 }));
        var account = await network.NewAccountAsync(1);
        var job = (await network.PostAsync(account)).Job;

        await network.PassAsync(TimeSpan.FromSeconds(60));

        var ended = await network.JobAsync(job);
        ended.State.ShouldBe(JobState.Stopped);
        ended.Reason.ShouldBe(EndReason.ExpiredInQueue);
        (await network.AccountAsync(account.Key)).Available.ShouldBe(Credits.FromUsd(1));
    }

    [Fact]
    public async Task A_job_that_may_wait_for_longer_does_not_keep_those_behind_it_from_expiring()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var before = (await network.PostAsync(account)).Job;
        await network.DoAsync(new ChangeMarket(TestNetwork.Market, new MarketTerms { QueueExpirySeconds = 60 }));
        var after = (await network.PostAsync(account)).Job;

        await network.PassAsync(TimeSpan.FromSeconds(60));

        (await network.JobAsync(after)).Reason.ShouldBe(EndReason.ExpiredInQueue);
        (await network.JobAsync(before)).State.ShouldBe(JobState.Queued);
    }
}
