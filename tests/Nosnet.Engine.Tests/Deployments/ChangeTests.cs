using Nosnet.Protocol;

namespace Nosnet.Engine.Tests;

/// <summary>What follows when the owner of a deployment changes it while it runs.</summary>
public sealed class ChangeTests
{
    [Theory]
    [InlineData(DeploymentStrategy.Simple)]
    [InlineData(DeploymentStrategy.SimpleExtend)]
    [InlineData(DeploymentStrategy.Infinite)]
    public async Task More_or_fewer_replicas_post_or_stop_the_difference(DeploymentStrategy strategy)
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.RunAsync(scene.New(strategy, replicas: 2));

        await scene.DoAsync((c, d) => new ScaleDeployment(c, d, 5));
        (await scene.TasksAsync())[^1].ShouldSatisfyAllConditions(t => t.Kind.ShouldBe(DeploymentTaskKind.List), t => t.Limit.ShouldBe(3));
        await scene.PassAsync(TimeSpan.Zero);
        (await scene.ActiveAsync()).Count.ShouldBe(5);

        await scene.DoAsync((c, d) => new ScaleDeployment(c, d, 1));
        (await scene.TasksAsync())[^1].ShouldSatisfyAllConditions(t => t.Kind.ShouldBe(DeploymentTaskKind.Stop), t => t.Limit.ShouldBe(4));
        await scene.PassAsync(TimeSpan.Zero);
        (await scene.ActiveAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Whoever_waits_for_a_deployment_hears_of_its_jobs()
    {
        using var scene = await DeploymentScene.BeginAsync();
        scene.NodesStart = false;
        await scene.RunAsync(scene.New(DeploymentStrategy.Simple));
        var job = (await scene.ActiveAsync()).ShouldHaveSingleItem();
        using var subscription = scene.Network.Engine.DeploymentChanges.Subscribe(job.Deployment);
        var changed = subscription.WaitAsync(TestContext.Current.CancellationToken);

        await scene.Network.StartRunAsync(scene.Nodes[0], job);

        await changed.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task The_same_replicas_plan_nothing()
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.RunAsync(scene.New(DeploymentStrategy.Simple, replicas: 2));
        var before = await scene.RowAsync();
        scene.Network.Time.Advance(TimeSpan.FromSeconds(1));

        await scene.DoAsync((c, d) => new ScaleDeployment(c, d, 2));

        (await scene.TasksAsync()).ShouldBeEmpty();
        (await scene.RowAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task Of_jobs_that_are_too_many_those_that_wait_go_first_and_then_the_oldest()
    {
        using var scene = await DeploymentScene.BeginAsync(slots: 2);
        await scene.RunAsync(scene.New(DeploymentStrategy.Infinite, replicas: 3));
        var jobs = await scene.ActiveAsync();

        await scene.DoAsync((c, d) => new ScaleDeployment(c, d, 1));
        await scene.PassAsync(TimeSpan.Zero);

        (await scene.ActiveAsync()).ShouldHaveSingleItem().Key.ShouldBe(jobs[1].Key);
    }

    [Fact]
    public async Task A_scheduled_deployment_has_its_new_replicas_at_its_next_time()
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.RunAsync(scene.New(DeploymentStrategy.Scheduled, minutes: 10));

        await scene.DoAsync((c, d) => new ScaleDeployment(c, d, 3));

        (await scene.TasksAsync()).ShouldHaveSingleItem().DueAt.ShouldBe(scene.Now.AddHours(1));
        await scene.PassAsync(TimeSpan.FromHours(1));
        (await scene.ActiveAsync()).Count.ShouldBe(3);
    }

    [Fact]
    public async Task Replicas_that_change_while_nothing_runs_are_only_kept()
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.CreateAsync(scene.New(DeploymentStrategy.Infinite));

        await scene.DoAsync((c, d) => new ScaleDeployment(c, d, 3));

        (await scene.TasksAsync()).ShouldBeEmpty();
        (await scene.RowAsync()).Replicas.ShouldBe(3);
    }

    [Fact]
    public async Task No_replicas_stop_a_simple_deployment_and_not_one_that_goes_on_for_ever()
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.RunAsync(scene.New(DeploymentStrategy.Simple));
        await scene.DoAsync((c, d) => new ScaleDeployment(c, d, 0));
        await scene.PassAsync(TimeSpan.Zero);
        (await scene.StatusAsync()).ShouldBe(DeploymentStatus.Stopped);

        await scene.RunAsync(scene.New(DeploymentStrategy.Infinite));
        await scene.DoAsync((c, d) => new ScaleDeployment(c, d, 0));
        await scene.PassAsync(TimeSpan.FromHours(3));
        (await scene.StatusAsync()).ShouldBe(DeploymentStatus.Running);
        (await scene.ActiveAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(DeploymentStrategy.Simple)]
    [InlineData(DeploymentStrategy.SimpleExtend)]
    [InlineData(DeploymentStrategy.Infinite)]
    public async Task A_new_revision_stops_the_jobs_of_others_and_posts_as_many(DeploymentStrategy strategy)
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.RunAsync(scene.New(strategy, replicas: 2));

        (await scene.DoAsync((c, d) => new AddRevision(c, d, Content))).ActiveRevision.ShouldBe(2);
        (await scene.TasksAsync()).Where(t => t.Revision == 2).Select(t => t.Kind).ShouldBe([DeploymentTaskKind.Stop, DeploymentTaskKind.List]);
        await scene.PassAsync(TimeSpan.Zero);

        (await scene.StatusAsync()).ShouldBe(DeploymentStatus.Running);
        (await scene.ActiveAsync()).Select(j => j.Revision).ShouldBe([2, 2]);
    }

    [Fact]
    public async Task The_jobs_of_a_new_revision_come_at_the_next_time_where_it_is_scheduled()
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.RunAsync(scene.New(DeploymentStrategy.Scheduled, minutes: 90));
        await scene.PassAsync(TimeSpan.FromHours(1));

        await scene.DoAsync((c, d) => new AddRevision(c, d, Content));
        await scene.PassAsync(TimeSpan.Zero);
        (await scene.ActiveAsync()).ShouldBeEmpty();
        (await scene.TasksAsync()).ShouldHaveSingleItem().Revision.ShouldBe(2);

        await scene.PassAsync(TimeSpan.FromHours(2));
        (await scene.JobsAsync()).Select(j => j.Revision).ShouldBe([1, 2, 2]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_revision_of_what_does_not_run_is_only_kept(bool wasStopped)
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.CreateAsync(scene.New(DeploymentStrategy.Simple) with { Starts = wasStopped });
        await scene.PassAsync(TimeSpan.FromHours(1));

        await scene.DoAsync((c, d) => new AddRevision(c, d, Content));

        (await scene.TasksAsync()).ShouldBeEmpty();
        (await scene.RowAsync()).ActiveRevision.ShouldBe(2);
    }

    [Fact]
    public async Task After_a_rollback_the_next_revision_is_numbered_after_the_highest()
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.RunAsync(scene.New(DeploymentStrategy.Infinite));
        await scene.DoAsync((c, d) => new AddRevision(c, d, Content));
        await scene.DoAsync((c, d) => new ActivateRevision(c, d, 1));
        (await scene.RefusedAsync((c, d) => new ActivateRevision(c, d, 3))).Code.ShouldBe(ErrorCode.RevisionNotFound);

        (await scene.DoAsync((c, d) => new AddRevision(c, d, Content))).LastRevision.ShouldBe(3);

        await scene.PassAsync(TimeSpan.Zero);
        (await scene.ActiveAsync()).ShouldHaveSingleItem().Revision.ShouldBe(3);
    }

    [Fact]
    public async Task A_new_schedule_moves_what_is_to_be_posted_and_no_stop()
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.RunAsync(scene.New(DeploymentStrategy.Scheduled));
        await scene.DoAsync((c, d) => new StopDeployment(c, d));
        await scene.DoAsync((c, d) => new RescheduleDeployment(c, d, "30 2 * * *", null));

        var tasks = await scene.TasksAsync();
        tasks.Single(t => t.Kind is DeploymentTaskKind.List).DueAt.ShouldBe(scene.Now.AddHours(2.5));
        tasks.Single(t => t.Kind is DeploymentTaskKind.Stop).DueAt.ShouldBe(scene.Now);
    }

    [Fact]
    public async Task Only_a_scheduled_deployment_has_a_schedule_to_change()
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.CreateAsync(scene.New(DeploymentStrategy.Simple));

        (await scene.RefusedAsync((c, d) => new RescheduleDeployment(c, d, "0 * * * *", null))).Code.ShouldBe(ErrorCode.InvalidParameter);
    }

    [Theory]
    [InlineData(DeploymentStrategy.Infinite, DeploymentTaskKind.List, 100)]
    [InlineData(DeploymentStrategy.SimpleExtend, DeploymentTaskKind.Extend, 115)]
    public async Task A_longer_timeout_extends_running_jobs_once_and_puts_off_what_comes_before_their_end(DeploymentStrategy strategy, DeploymentTaskKind kind, int minutes)
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.RunAsync(scene.New(strategy));
        var start = scene.Now;

        await scene.DoAsync((c, d) => new RetimeDeployment(c, d, 120 * 60));
        await scene.DoAsync((c, d) => new RetimeDeployment(c, d, 120 * 60));
        (await scene.TasksAsync()).Single(t => t.ExtendSeconds is not null).ShouldSatisfyAllConditions(t => t.ExtendSeconds.ShouldBe(3_600), t => t.DueAt.ShouldBe(start));
        await scene.PassAsync(TimeSpan.Zero);

        (await scene.ActiveAsync()).ShouldHaveSingleItem().TimeoutSeconds.ShouldBe(7_200);
        (await scene.TasksAsync()).ShouldHaveSingleItem().ShouldSatisfyAllConditions(t => t.Kind.ShouldBe(kind), t => t.DueAt.ShouldBe(start.AddMinutes(minutes)));
    }

    [Theory]
    [InlineData(DeploymentStrategy.Infinite, 65)]
    [InlineData(DeploymentStrategy.Simple, 240)]
    [InlineData(DeploymentStrategy.Scheduled, 240)]
    public async Task A_shorter_timeout_or_one_of_jobs_that_are_not_kept_is_for_new_jobs(DeploymentStrategy strategy, int minutes)
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.RunAsync(scene.New(strategy, minutes: 120));
        await scene.PassAsync(TimeSpan.FromHours(1));

        await scene.DoAsync((c, d) => new RetimeDeployment(c, d, minutes * 60));
        await scene.PassAsync(TimeSpan.Zero);

        (await scene.ActiveAsync()).ShouldHaveSingleItem().TimeoutSeconds.ShouldBe(7_200);
        (await scene.EventsAsync()).ShouldNotContain(DeploymentEventTypes.Extended);
    }

    [Theory]
    [InlineData(DeploymentStrategy.Simple, 1)]
    [InlineData(DeploymentStrategy.SimpleExtend, 1)]
    [InlineData(DeploymentStrategy.Infinite, 1)]
    [InlineData(DeploymentStrategy.Scheduled, 0)]
    public async Task Another_market_has_the_jobs_stopped_and_those_that_are_kept_posted_there(DeploymentStrategy strategy, int jobs)
    {
        using var scene = await DeploymentScene.BeginAsync();
        var other = await scene.Network.DoAsync(new OpenMarket(null, new MarketTerms { Slug = "other", RewardPerHour = Credits.FromUsd(0.1m) }));
        await scene.RunAsync(scene.New(strategy, minutes: 120));
        await scene.PassAsync(TimeSpan.FromHours(1));

        await scene.DoAsync((c, d) => new MoveDeployment(c, d, " other "));
        await scene.PassAsync(TimeSpan.Zero);

        (await scene.ActiveAsync()).Select(j => j.Market).ShouldBe(Enumerable.Repeat(other.Key, jobs));
        (await scene.StatusAsync()).ShouldBe(DeploymentStatus.Running);
    }

    [Fact]
    public async Task Replicas_that_are_too_many_are_stopped_though_their_replacements_are_due_as_well()
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.RunAsync(scene.New(DeploymentStrategy.Infinite, replicas: 3));
        scene.Network.Time.Advance(TimeSpan.FromMinutes(40));

        await scene.DoAsync((c, d) => new ScaleDeployment(c, d, 0));
        await scene.PassAsync(TimeSpan.Zero);

        (await scene.ActiveAsync()).ShouldBeEmpty();
    }

    private static RevisionContent Content => new(TestNetwork.Result, Requirements: null, Exposes: false);
}
