using Nosnet.Protocol;

namespace Nosnet.Engine.Tests;

/// <summary>What a deployment may not be, what it may not cost, and how long is waited after a refusal.</summary>
public sealed class DeploymentRuleTests
{
    [Theory]
    [InlineData(50, false)]
    [InlineData(49.9, true)]
    [InlineData(0, true)]
    [InlineData(-1, false)]
    public async Task A_replacement_comes_after_ten_minutes_and_not_after_the_end(double minutes, bool isTaken)
    {
        using var scene = await DeploymentScene.BeginAsync();
        var outcome = await scene.Network.TryAsync(new CreateDeployment(scene.Owner.Key, scene.New(DeploymentStrategy.Infinite) with { RotationSeconds = (long)(minutes * 60) }));

        outcome.IsRefused.ShouldBe(!isTaken);
        outcome.Refusal?.Code.ShouldBe(ErrorCode.InvalidParameter);
    }

    [Fact]
    public async Task What_is_out_of_range_is_refused()
    {
        using var scene = await DeploymentScene.BeginAsync();
        async Task<ErrorCode> Refused(NewDeployment spec) => (await scene.Network.RefusedAsync(new CreateDeployment(scene.Owner.Key, spec))).Code;

        (await Refused(scene.New(DeploymentStrategy.Simple, minutes: 0.9))).ShouldBe(ErrorCode.InvalidTimeout);
        (await Refused(scene.New(DeploymentStrategy.Infinite, minutes: 59))).ShouldBe(ErrorCode.InvalidTimeout);
        (await Refused(scene.New(DeploymentStrategy.Simple, replicas: 0))).ShouldBe(ErrorCode.InvalidParameter);
        (await Refused(scene.New(DeploymentStrategy.Simple, replicas: -1))).ShouldBe(ErrorCode.InvalidParameter);
        (await Refused(scene.New(DeploymentStrategy.Scheduled) with { Cron = "0 0 31 2 *" })).ShouldBe(ErrorCode.InvalidSchedule);
        (await Refused(scene.New(DeploymentStrategy.Scheduled) with { Cron = null })).ShouldBe(ErrorCode.InvalidSchedule);
        (await Refused(scene.New(DeploymentStrategy.Infinite) with { StartupSeconds = 60 })).ShouldBe(ErrorCode.InvalidParameter);
        (await Refused(scene.New(DeploymentStrategy.Simple, exposes: true) with { StartupSeconds = 60 })).ShouldBe(ErrorCode.InvalidParameter);
        (await Refused(scene.New(DeploymentStrategy.Infinite, exposes: true) with { StartupSeconds = 59 })).ShouldBe(ErrorCode.InvalidParameter);
    }

    [Fact]
    public async Task The_deployments_of_an_account_have_so_many_replicas_together()
    {
        using var scene = await DeploymentScene.BeginAsync(slots: 0);
        await scene.CreateAsync(scene.New(DeploymentStrategy.Simple, replicas: DeploymentLimits.MostReplicas - 5));

        var refusal = await scene.Network.RefusedAsync(new CreateDeployment(scene.Owner.Key, scene.New(DeploymentStrategy.Simple, replicas: 6)));
        refusal.Code.ShouldBe(ErrorCode.TooManyReplicas);
        refusal.Message.ShouldContain("leaves 5");
        await scene.CreateAsync(scene.New(DeploymentStrategy.Simple, replicas: 5));

        (await scene.RefusedAsync((c, d) => new ScaleDeployment(c, d, 6))).Code.ShouldBe(ErrorCode.TooManyReplicas);
        (await scene.DoAsync((c, d) => new ScaleDeployment(c, d, 4))).Replicas.ShouldBe(4);
    }

    [Fact]
    public async Task A_deployment_has_so_many_revisions_and_no_more()
    {
        using var scene = await DeploymentScene.BeginAsync(slots: 0);
        var deployment = scene.New(DeploymentStrategy.Simple);
        await scene.CreateAsync(deployment);
        await Task.WhenAll(Enumerable.Range(0, DeploymentLimits.MostRevisions - 1).Select(_ => scene.DoAsync((c, d) => new AddRevision(c, d, deployment.Content))));
        var full = await scene.RowAsync();
        full.LastRevision.ShouldBe(DeploymentLimits.MostRevisions);

        (await scene.RefusedAsync((c, d) => new AddRevision(c, d, deployment.Content))).Code.ShouldBe(ErrorCode.TooManyRevisions);

        (await scene.RowAsync()).ShouldBe(full);
        (await scene.DoAsync((c, d) => new ActivateRevision(c, d, 1))).ActiveRevision.ShouldBe(1);
    }

    [Fact]
    public async Task Under_one_idempotency_key_an_account_creates_one_deployment()
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.CreateAsync(scene.New(DeploymentStrategy.Simple) with { IdempotencyKey = "k" });

        (await scene.Network.RefusedAsync(new CreateDeployment(scene.Owner.Key, scene.New(DeploymentStrategy.Simple) with { IdempotencyKey = "k" }))).Code.ShouldBe(ErrorCode.DeploymentExists);
        await scene.Network.DoAsync(new CreateDeployment((await scene.Network.NewAccountAsync(0)).Key, scene.New(DeploymentStrategy.Simple) with { IdempotencyKey = "k" }));
    }

    [Fact]
    public async Task A_budget_ends_the_posting_when_what_is_spent_and_held_would_exceed_it()
    {
        using var scene = await DeploymentScene.BeginAsync();
        // A job of an hour costs 0.11 credits in this market.
        await scene.RunAsync(scene.New(DeploymentStrategy.Scheduled, minutes: 60) with { Budget = Credits.FromUsd(0.34m), Cron = "0 */2 * * *" });

        await scene.PassAsync(TimeSpan.FromHours(12));

        (await scene.JobsAsync()).Count.ShouldBe(3);
        var row = await scene.RowAsync();
        row.Spent.ShouldBe(Credits.FromUsd(0.33m));
        row.Status.ShouldBe(DeploymentStatus.Stopped);
        (await scene.EventsAsync())[^1].ShouldBe(DeploymentEventTypes.BudgetReached);
    }

    [Fact]
    public async Task A_replacement_that_the_budget_does_not_reach_for_leaves_the_job_its_time()
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.RunAsync(scene.New(DeploymentStrategy.Infinite) with { Budget = Credits.FromUsd(0.15m) });

        await scene.PassAsync(TimeSpan.FromMinutes(59));
        (await scene.ActiveAsync()).Count.ShouldBe(1);
        await scene.PassAsync(TimeSpan.FromMinutes(1));

        (await scene.StatusAsync()).ShouldBe(DeploymentStatus.Stopped);
        (await scene.JobsAsync()).ShouldHaveSingleItem().Reason.ShouldBe(EndReason.TimedOut);
    }

    [Fact]
    public async Task A_maximum_of_jobs_ends_the_posting_and_what_runs_goes_on()
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.RunAsync(scene.New(DeploymentStrategy.Simple, replicas: 5) with { MaxJobs = 3 });

        (await scene.ActiveAsync()).Count.ShouldBe(3);
        (await scene.EventsAsync())[^1].ShouldBe(DeploymentEventTypes.MaxJobsReached);
        await scene.PassAsync(TimeSpan.FromHours(1));
        (await scene.StatusAsync()).ShouldBe(DeploymentStatus.Stopped);
    }

    [Fact]
    public async Task A_larger_allowance_lets_it_go_on()
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.RunAsync(scene.New(DeploymentStrategy.Infinite, replicas: 3) with { MaxJobs = 2 });

        await scene.DoAsync((c, d) => new SetAllowance(c, d, Budget: null, MaxJobs: 5));
        await scene.PassAsync(TimeSpan.Zero);

        (await scene.ActiveAsync()).Count.ShouldBe(3);
    }

    [Fact]
    public void After_refusals_is_waited_longer_and_longer_up_to_a_most()
    {
        Enumerable.Range(0, 7).Select(n => Cooldowns.AfterRefusal(n).TotalSeconds).ShouldBe([30, 60, 120, 240, 480, 600, 600]);
        Enumerable.Range(0, 8).Select(n => Cooldowns.AfterMissingFunds(n).TotalMinutes).ShouldBe([10, 20, 40, 80, 160, 320, 360, 360]);
        Enumerable.Range(0, 8).Select(n => Cooldowns.AfterRapidCompletion(n).TotalMinutes).ShouldBe([1, 2, 4, 8, 16, 32, 60, 60]);
        Cooldowns.AfterRefusal(60).ShouldBe(TimeSpan.FromMinutes(10));
    }

    [Fact]
    public async Task What_credits_do_not_reach_for_is_posted_later_and_no_more_than_is_missing()
    {
        using var scene = await DeploymentScene.BeginAsync(credits: 0.25m);
        await scene.RunAsync(scene.New(DeploymentStrategy.Infinite, replicas: 5));
        (await scene.ActiveAsync()).Count.ShouldBe(2);
        (await scene.StatusAsync()).ShouldBe(DeploymentStatus.InsufficientFunds);

        await scene.Network.DoAsync(new GrantCredits(scene.Owner.Address, Credits.FromUsd(10)));
        await scene.PassAsync(TimeSpan.FromMinutes(10));

        (await scene.ActiveAsync()).Count.ShouldBe(5);
        (await scene.StatusAsync()).ShouldBe(DeploymentStatus.Running);
    }

    [Fact]
    public async Task A_market_that_is_closed_for_a_while_delays_a_schedule_and_skips_what_was_missed()
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.RunAsync(scene.New(DeploymentStrategy.Scheduled, minutes: 5) with { Cron = "*/2 * * * *" });
        await scene.Network.DoAsync(new ChangeMarket(TestNetwork.Market, new MarketTerms { Open = false }));
        await scene.PassAsync(TimeSpan.FromMinutes(5));
        (await scene.JobsAsync()).ShouldBeEmpty();
        (await scene.StatusAsync()).ShouldBe(DeploymentStatus.Running);

        await scene.Network.DoAsync(new ChangeMarket(TestNetwork.Market, new MarketTerms { Open = true }));
        await scene.PassAsync(TimeSpan.FromSeconds(40));

        (await scene.JobsAsync()).ShouldHaveSingleItem();
        (await scene.TasksAsync()).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            t => t.DueAt.ShouldBe(new DateTimeOffset(2026, 1, 1, 0, 6, 0, TimeSpan.Zero)), t => t.Retries.ShouldBe(0));
    }

    [Fact]
    public async Task Many_replicas_are_posted_in_several_transactions()
    {
        using var scene = await DeploymentScene.BeginAsync(slots: 0, credits: 10_000);
        await scene.RunAsync(scene.New(DeploymentStrategy.Scheduled, replicas: 2 * ListTask.MostAtOnce + 1));

        await scene.PassAsync(TimeSpan.FromHours(1));

        (await scene.ActiveAsync()).Count.ShouldBe(2 * ListTask.MostAtOnce + 1);
        (await scene.TasksAsync()).ShouldHaveSingleItem().DueAt.ShouldBe(scene.Now.AddHours(1));
    }

    [Fact]
    public async Task A_server_that_dies_before_a_commit_does_the_task_once_all_the_same()
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.CreateAsync(scene.New(DeploymentStrategy.Infinite, replicas: 3) with { Starts = true });
        scene.Network.Store.FailNext(nameof(ILaneStore.Commit));

        await scene.Network.TryAsync(new DoTask((await scene.RowAsync()).Key, (await scene.TasksAsync())[0].Key)).ShouldThrowAsync<IOException>();
        (await scene.ActiveAsync()).ShouldBeEmpty();
        scene.Network.Restart();
        await scene.PassAsync(TimeSpan.Zero);

        (await scene.ActiveAsync()).Count.ShouldBe(3);
    }
}
