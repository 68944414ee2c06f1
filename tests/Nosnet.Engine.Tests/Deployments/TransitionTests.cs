using Nosnet.Protocol;

namespace Nosnet.Engine.Tests;

/// <summary>From which state a deployment comes to which, and how.</summary>
public sealed class TransitionTests
{
    [Fact]
    public async Task A_new_deployment_is_a_draft_that_plans_nothing()
    {
        using var scene = await DeploymentScene.BeginAsync();

        (await scene.CreateAsync(scene.New(DeploymentStrategy.Simple))).Status.ShouldBe(DeploymentStatus.Draft);

        await scene.PassAsync(TimeSpan.FromHours(1));
        (await scene.JobsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_draft_that_is_started_is_said_to_start_and_runs()
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.CreateAsync(scene.New(DeploymentStrategy.Simple));

        (await scene.DoAsync((c, d) => new StartDeployment(c, d))).Status.ShouldBe(DeploymentStatus.Starting);

        (await scene.StatusAsync()).ShouldBe(DeploymentStatus.Running);
        (await scene.TasksAsync()).ShouldHaveSingleItem().ShouldSatisfyAllConditions(t => t.Kind.ShouldBe(DeploymentTaskKind.List), t => t.DueAt.ShouldBe(scene.Now));
    }

    [Fact]
    public async Task A_deployment_that_is_created_to_start_does()
    {
        using var scene = await DeploymentScene.BeginAsync();

        (await scene.CreateAsync(scene.New(DeploymentStrategy.Simple) with { Starts = true })).Status.ShouldBe(DeploymentStatus.Starting);

        await scene.PassAsync(TimeSpan.Zero);
        (await scene.StatusAsync()).ShouldBe(DeploymentStatus.Running);
        (await scene.ActiveAsync()).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(DeploymentStatus.Stopped)]
    [InlineData(DeploymentStatus.Error)]
    [InlineData(DeploymentStatus.InsufficientFunds)]
    public async Task What_stopped_failed_or_ran_out_of_funds_can_be_started_again(DeploymentStatus status)
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.RunAsync(scene.New(DeploymentStrategy.Infinite, replicas: 2));
        await scene.Network.DoAsync(new SetStatus((await scene.RowAsync()).Key, status));

        await scene.DoAsync((c, d) => new StartDeployment(c, d));
        await scene.PassAsync(TimeSpan.Zero);

        (await scene.StatusAsync()).ShouldBe(DeploymentStatus.Running);
        (await scene.ActiveAsync()).Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(DeploymentStatus.Starting)]
    [InlineData(DeploymentStatus.Running)]
    [InlineData(DeploymentStatus.Stopping)]
    [InlineData(DeploymentStatus.Archived)]
    public async Task What_runs_or_is_on_its_way_cannot_be_started(DeploymentStatus status)
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.CreateAsync(scene.New(DeploymentStrategy.Simple));
        await scene.Network.DoAsync(new SetStatus((await scene.RowAsync()).Key, status));

        (await scene.RefusedAsync((c, d) => new StartDeployment(c, d))).Code.ShouldBe(ErrorCode.DeploymentState);
    }

    [Theory]
    [InlineData(DeploymentStatus.Running)]
    [InlineData(DeploymentStatus.Error)]
    [InlineData(DeploymentStatus.InsufficientFunds)]
    public async Task What_runs_or_cannot_can_be_stopped_and_is_once_its_last_job_has_ended(DeploymentStatus status)
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.RunAsync(scene.New(DeploymentStrategy.Infinite, replicas: 2));
        await scene.Network.DoAsync(new SetStatus((await scene.RowAsync()).Key, status));
        scene.Hold((await scene.ActiveAsync())[0]);

        (await scene.DoAsync((c, d) => new StopDeployment(c, d))).Status.ShouldBe(DeploymentStatus.Stopping);
        await scene.PassAsync(TimeSpan.FromSeconds(1));
        (await scene.StatusAsync()).ShouldBe(DeploymentStatus.Stopping);
        (await scene.ActiveAsync()).ShouldHaveSingleItem().StopRequested.ShouldBeTrue();

        await scene.FinishAsync((await scene.ActiveAsync())[0], EndReason.StoppedByOwner);
        (await scene.StatusAsync()).ShouldBe(DeploymentStatus.Stopped);
        (await scene.TasksAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(DeploymentStatus.Draft)]
    [InlineData(DeploymentStatus.Starting)]
    [InlineData(DeploymentStatus.Stopping)]
    [InlineData(DeploymentStatus.Stopped)]
    [InlineData(DeploymentStatus.Archived)]
    public async Task What_does_not_run_cannot_be_stopped(DeploymentStatus status)
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.CreateAsync(scene.New(DeploymentStrategy.Simple));
        await scene.Network.DoAsync(new SetStatus((await scene.RowAsync()).Key, status));

        (await scene.RefusedAsync((c, d) => new StopDeployment(c, d))).Code.ShouldBe(ErrorCode.DeploymentState);
    }

    [Fact]
    public async Task A_stop_that_finds_no_job_stops_the_deployment()
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.RunAsync(scene.New(DeploymentStrategy.Scheduled));

        await scene.DoAsync((c, d) => new StopDeployment(c, d));
        await scene.PassAsync(TimeSpan.Zero);

        (await scene.StatusAsync()).ShouldBe(DeploymentStatus.Stopped);
        await scene.PassAsync(TimeSpan.FromHours(3));
        (await scene.JobsAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(DeploymentStrategy.Simple)]
    [InlineData(DeploymentStrategy.SimpleExtend)]
    public async Task A_simple_deployment_stops_when_its_last_job_has_ended(DeploymentStrategy strategy)
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.RunAsync(scene.New(strategy, replicas: 2));
        var jobs = await scene.ActiveAsync();

        await scene.FinishAsync(jobs[0]);
        (await scene.StatusAsync()).ShouldBe(DeploymentStatus.Running);
        await scene.FinishAsync(jobs[1], EndReason.OperationFailed);

        (await scene.StatusAsync()).ShouldBe(DeploymentStatus.Stopped);
    }

    [Theory]
    [InlineData(DeploymentStrategy.Scheduled)]
    [InlineData(DeploymentStrategy.Infinite)]
    public async Task A_deployment_that_goes_on_for_ever_does_not_stop_when_its_jobs_end(DeploymentStrategy strategy)
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.RunAsync(scene.New(strategy));
        await scene.PassAsync(TimeSpan.FromHours(5));

        (await scene.StatusAsync()).ShouldBe(DeploymentStatus.Running);
        (await scene.JobsAsync()).Count(j => j.IsEnded).ShouldBeGreaterThan(3);
    }

    [Theory]
    [InlineData(DeploymentStatus.Error)]
    [InlineData(DeploymentStatus.InsufficientFunds)]
    public async Task The_end_of_its_last_job_does_not_stop_what_failed_or_ran_out_of_funds(DeploymentStatus status)
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.RunAsync(scene.New(DeploymentStrategy.Simple));
        await scene.Network.DoAsync(new SetStatus((await scene.RowAsync()).Key, status));

        await scene.FinishAsync((await scene.ActiveAsync())[0]);

        (await scene.StatusAsync()).ShouldBe(status);
    }

    [Fact]
    public async Task Missing_funds_are_waited_for_and_then_it_runs()
    {
        using var scene = await DeploymentScene.BeginAsync(credits: 0);
        await scene.RunAsync(scene.New(DeploymentStrategy.Infinite));

        var row = await scene.RowAsync();
        row.Status.ShouldBe(DeploymentStatus.InsufficientFunds);
        row.NextRetryAt.ShouldBe(scene.Now.AddMinutes(10));
        (await scene.EventsAsync()).ShouldBe([DeploymentEventTypes.ListRefused]);

        await scene.Network.DoAsync(new GrantCredits(scene.Owner.Address, Credits.FromUsd(10)));
        await scene.PassAsync(TimeSpan.FromMinutes(10));

        row = await scene.RowAsync();
        row.Status.ShouldBe(DeploymentStatus.Running);
        row.NextRetryAt.ShouldBeNull();
        (await scene.ActiveAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Missing_funds_leave_a_deployment_that_is_not_running_in_its_state()
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.RunAsync(scene.New(DeploymentStrategy.Simple));
        var row = await scene.RowAsync() with { Status = DeploymentStatus.Error };
        var plan = new Plan(row, [], [Planned(1)], scene.Now);

        Attempts.Refused(plan, plan.Tasks[0], plan.Tasks[0], DeploymentEventTypes.ExtendRefused, new Refusal(ErrorCode.InsufficientCredits, "none"));

        plan.Row.Status.ShouldBe(DeploymentStatus.Error);
    }

    [Fact]
    public async Task A_task_that_was_refused_sixty_times_is_given_up()
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.RunAsync(scene.New(DeploymentStrategy.Infinite) with { Market = "nowhere" });

        await scene.PassAsync(TimeSpan.FromSeconds(33_929));
        (await scene.StatusAsync()).ShouldBe(DeploymentStatus.Running);
        await scene.PassAsync(TimeSpan.FromSeconds(1));

        var row = await scene.RowAsync();
        row.Status.ShouldBe(DeploymentStatus.Error);
        row.NextRetryAt.ShouldBeNull();
        (await scene.TasksAsync()).ShouldBeEmpty();
        (await scene.EventsAsync()).Count.ShouldBe(61);
    }

    [Fact]
    public async Task Only_what_is_stopped_can_be_archived_and_then_nothing_but_its_name_changes()
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.RunAsync(scene.New(DeploymentStrategy.Simple));
        (await scene.RefusedAsync((c, d) => new ArchiveDeployment(c, d))).Code.ShouldBe(ErrorCode.DeploymentState);
        await scene.FinishAsync((await scene.ActiveAsync())[0]);

        (await scene.DoAsync((c, d) => new ArchiveDeployment(c, d))).Status.ShouldBe(DeploymentStatus.Archived);

        (await scene.DoAsync((c, d) => new RenameDeployment(c, d, "old"))).Name.ShouldBe("old");
        (await scene.RefusedAsync((c, d) => new ScaleDeployment(c, d, 2))).Code.ShouldBe(ErrorCode.DeploymentState);
        (await scene.RefusedAsync((c, d) => new StartDeployment(c, d))).Code.ShouldBe(ErrorCode.DeploymentState);
        (await scene.RefusedAsync((c, d) => new DeleteDeployment(c, d))).Code.ShouldBe(ErrorCode.DeploymentState);
    }

    [Fact]
    public async Task What_runs_cannot_be_deleted_and_the_jobs_of_what_was_stay_in_the_accounts_history()
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.RunAsync(scene.New(DeploymentStrategy.Simple));
        (await scene.RefusedAsync((c, d) => new DeleteDeployment(c, d))).Code.ShouldBe(ErrorCode.DeploymentState);
        var job = (await scene.ActiveAsync())[0];
        await scene.FinishAsync(job);
        var key = (await scene.RowAsync()).Key;

        await scene.DoAsync((c, d) => new DeleteDeployment(c, d));

        (await scene.RefusedAsync((c, d) => new StartDeployment(c, d))).Code.ShouldBe(ErrorCode.DeploymentNotFound);
        (await scene.Network.JobAsync(job)).Deployment.ShouldBe(key);
        await scene.CreateAsync(scene.New(DeploymentStrategy.Simple));
        (await scene.RowAsync()).Key.ShouldNotBe(key);
    }

    [Fact]
    public async Task A_draft_is_deleted_as_what_is_stopped_is()
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.CreateAsync(scene.New(DeploymentStrategy.Infinite));

        await scene.DoAsync((c, d) => new DeleteDeployment(c, d));

        (await scene.RefusedAsync((c, d) => new StartDeployment(c, d))).Code.ShouldBe(ErrorCode.DeploymentNotFound);
    }

    [Theory]
    [InlineData(DeploymentStatus.Starting, DeploymentStatus.Running)]
    [InlineData(DeploymentStatus.Stopping, DeploymentStatus.Stopped)]
    public async Task What_a_server_left_between_two_states_is_brought_to_where_it_belongs(DeploymentStatus left, DeploymentStatus reached)
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.CreateAsync(scene.New(DeploymentStrategy.Infinite));
        await scene.Network.DoAsync(new SetStatus((await scene.RowAsync()).Key, left));

        scene.Network.Restart();
        await scene.PassAsync(TimeSpan.Zero);

        (await scene.StatusAsync()).ShouldBe(reached);
        (await scene.ActiveAsync()).Count.ShouldBe(reached is DeploymentStatus.Running ? 1 : 0);
    }

    [Fact]
    public async Task Another_accounts_deployment_is_not_found()
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.CreateAsync(scene.New(DeploymentStrategy.Simple));
        var other = await scene.Network.NewAccountAsync(1);

        (await scene.Network.RefusedAsync(new StartDeployment(new Caller(other.Key), scene.Address))).Code.ShouldBe(ErrorCode.DeploymentNotFound);
    }

    private static DeploymentTask Planned(long key) => new() { Key = key, Deployment = 1, Kind = DeploymentTaskKind.Extend, DueAt = default, CreatedAt = default };

    /// <summary>Puts a deployment into a state, as nothing but a bug or an older version would.</summary>
    private sealed record SetStatus(long Key, DeploymentStatus Status) : Command<bool>
    {
        public override Outcome<bool> Decide(Draft draft)
        {
            draft.Put(draft.Deployment(Key)! with { Status = Status });
            return true;
        }
    }
}
