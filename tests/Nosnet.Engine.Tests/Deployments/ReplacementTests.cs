using Nosnet.Protocol;

namespace Nosnet.Engine.Tests;

/// <summary>How the jobs of a deployment that goes on for ever are replaced.</summary>
public sealed class ReplacementTests
{
    [Fact]
    public async Task The_replacement_of_a_job_that_starts_is_planned_before_its_end()
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.RunAsync(scene.New(DeploymentStrategy.Infinite, minutes: 60));
        var first = (await scene.ActiveAsync())[0];

        (await scene.TasksAsync()).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            t => t.Kind.ShouldBe(DeploymentTaskKind.List), t => t.Job.ShouldBe(first.Key), t => t.Limit.ShouldBe(1), t => t.DueAt.ShouldBe(scene.Now.AddMinutes(40)));
        await scene.PassAsync(TimeSpan.FromMinutes(40));

        (await scene.ActiveAsync()).ShouldHaveSingleItem().Key.ShouldBeGreaterThan(first.Key);
        (await scene.Network.JobAsync(first)).Reason.ShouldBe(EndReason.StoppedByOwner);
    }

    [Fact]
    public async Task Jobs_that_are_replaced_at_one_time_are_replaced_each()
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.RunAsync(scene.New(DeploymentStrategy.Infinite, replicas: 4));
        var first = await scene.ActiveAsync();

        await scene.PassAsync(TimeSpan.FromMinutes(40));

        (await scene.ActiveAsync()).Select(j => j.Key).ShouldBe(first.Select(j => j.Key + 4));
    }

    [Fact]
    public async Task A_job_with_services_stays_until_those_of_its_replacement_are_online()
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.RunAsync(scene.New(DeploymentStrategy.Infinite, exposes: true));
        var first = (await scene.ActiveAsync())[0];
        await scene.Network.DoAsync(new ServicesOnline(first.Key));
        await scene.PassAsync(TimeSpan.FromMinutes(45));
        var jobs = await scene.ActiveAsync();
        jobs.Count.ShouldBe(2);
        jobs.ShouldAllBe(j => !j.StopRequested);

        await scene.Network.DoAsync(new ServicesOnline(jobs[1].Key));
        await scene.Network.DoAsync(new ServicesOnline(jobs[1].Key));
        await scene.PassAsync(TimeSpan.Zero);

        (await scene.ActiveAsync()).ShouldHaveSingleItem().Key.ShouldBe(jobs[1].Key);
    }

    [Fact]
    public async Task A_job_that_ends_early_is_replaced_at_once_where_jobs_are_kept_for_ever()
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.RunAsync(scene.New(DeploymentStrategy.Infinite, replicas: 2));
        await scene.PassAsync(TimeSpan.FromMinutes(6));
        var jobs = await scene.ActiveAsync();

        await scene.Network.FinishAsync(scene.Nodes[0], jobs[0], EndReason.OperationFailed);
        (await scene.TasksAsync())[^1].ShouldSatisfyAllConditions(t => t.Kind.ShouldBe(DeploymentTaskKind.List), t => t.Limit.ShouldBe(1), t => t.DueAt.ShouldBe(scene.Now));
        await scene.PassAsync(TimeSpan.Zero);

        (await scene.ActiveAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Jobs_that_complete_rapidly_are_replaced_later_and_later_and_at_last_not_any_more()
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.RunAsync(scene.New(DeploymentStrategy.Infinite));
        for (var job = 1; job <= 2; job++)
            await scene.FinishAsync((await scene.ActiveAsync())[0], EndReason.OperationFailed);

        foreach (var seconds in (int[])[60, 120, 240, 480, 960, 1_920, 3_600])
        {
            await scene.FinishAsync((await scene.ActiveAsync())[0], EndReason.OperationFailed);
            (await scene.RowAsync()).NextRetryAt.ShouldBe(scene.Now.AddSeconds(seconds));
            (await scene.ActiveAsync()).ShouldBeEmpty();
            await scene.PassAsync(TimeSpan.FromSeconds(seconds));
        }

        await scene.FinishAsync((await scene.ActiveAsync())[0], EndReason.OperationFailed);
        await scene.PassAsync(TimeSpan.Zero);

        (await scene.StatusAsync()).ShouldBe(DeploymentStatus.Stopped);
        (await scene.EventsAsync()).Count(e => e == DeploymentEventTypes.HeldBack).ShouldBe(7);
        (await scene.EventsAsync()).ShouldContain(DeploymentEventTypes.GivenUp);
    }

    [Fact]
    public async Task A_job_that_runs_for_long_ends_the_streak_of_rapid_ones()
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.RunAsync(scene.New(DeploymentStrategy.Infinite));
        for (var job = 1; job <= 3; job++)
            await scene.FinishAsync((await scene.ActiveAsync())[0]);
        (await scene.RowAsync()).RapidStreak.ShouldBe(1);

        await scene.PassAsync(TimeSpan.FromMinutes(6));
        await scene.FinishAsync((await scene.ActiveAsync())[0]);

        (await scene.RowAsync()).ShouldSatisfyAllConditions(d => d.RapidStreak.ShouldBe(0), d => d.NextRetryAt.ShouldBeNull());
        (await scene.ActiveAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Every_replica_that_completed_rapidly_comes_back_though_others_are_about_to_be_replaced()
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.RunAsync(scene.New(DeploymentStrategy.Infinite, replicas: 5));
        var jobs = await scene.ActiveAsync();
        foreach (var job in jobs.Take(4))
            await scene.FinishAsync(job);

        await scene.PassAsync(TimeSpan.FromMinutes(1));

        (await scene.ActiveAsync()).Count.ShouldBe(5);
    }

    [Fact]
    public async Task Services_that_are_gone_for_a_minute_cost_their_job_its_place()
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.RunAsync(scene.New(DeploymentStrategy.Infinite, exposes: true));
        var job = (await scene.ActiveAsync())[0];
        await scene.Network.DoAsync(new ServicesOnline(job.Key));

        await scene.Network.DoAsync(new ServicesLost(job.Key));
        await scene.PassAsync(TimeSpan.FromSeconds(59));
        await scene.Network.DoAsync(new ServicesOnline(job.Key));
        await scene.PassAsync(TimeSpan.FromSeconds(60));
        (await scene.ActiveAsync()).ShouldHaveSingleItem().Key.ShouldBe(job.Key);

        await scene.Network.DoAsync(new ServicesLost(job.Key));
        await scene.PassAsync(TimeSpan.FromSeconds(60));

        (await scene.ActiveAsync()).ShouldHaveSingleItem().Key.ShouldNotBe(job.Key);
        (await scene.EventsAsync()).Count(e => e is DeploymentEventTypes.ServicesLost or DeploymentEventTypes.ServicesBack).ShouldBe(3);
    }

    [Fact]
    public async Task A_job_whose_services_do_not_come_online_in_time_is_replaced()
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.RunAsync(scene.New(DeploymentStrategy.Infinite, replicas: 2, exposes: true) with { StartupSeconds = 120 });
        var jobs = await scene.ActiveAsync();
        await scene.Network.DoAsync(new ServicesOnline(jobs[0].Key));

        await scene.PassAsync(TimeSpan.FromMinutes(2));

        (await scene.ActiveAsync()).Select(j => j.Key).ShouldBe([jobs[0].Key, jobs[1].Key + 1]);
        (await scene.EventsAsync()).ShouldContain(DeploymentEventTypes.StartupTimedOut);
    }
}
