using Nosnet.Protocol;

namespace Nosnet.Engine.Tests;

/// <summary>What makes a deployment plan what.</summary>
public sealed class TriggerTests
{
    [Fact]
    public async Task Starting_plans_a_list_now_or_at_the_next_time_of_the_schedule()
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.CreateAsync(scene.New(DeploymentStrategy.Infinite) with { Starts = true });
        (await scene.TasksAsync()).ShouldHaveSingleItem().DueAt.ShouldBe(scene.Now);

        await scene.CreateAsync(scene.New(DeploymentStrategy.Scheduled) with { Starts = true });

        (await scene.TasksAsync()).ShouldHaveSingleItem().DueAt.ShouldBe(scene.Now.AddHours(1));
        (await scene.StatusAsync()).ShouldBe(DeploymentStatus.Running);
    }

    [Fact]
    public async Task Stopping_plans_a_stop_of_all_now()
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.RunAsync(scene.New(DeploymentStrategy.Infinite, replicas: 3));

        await scene.DoAsync((c, d) => new StopDeployment(c, d));
        (await scene.TasksAsync())[^1].ShouldSatisfyAllConditions(t => t.Kind.ShouldBe(DeploymentTaskKind.Stop), t => t.DueAt.ShouldBe(scene.Now), t => t.Limit.ShouldBeNull());

        await scene.PassAsync(TimeSpan.Zero);
        (await scene.ActiveAsync()).ShouldBeEmpty();
        (await scene.EventsAsync()).Count(e => e == DeploymentEventTypes.Stopped).ShouldBe(3);
    }

    [Fact]
    public async Task A_job_that_ends_takes_what_is_planned_for_it_along()
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.RunAsync(scene.New(DeploymentStrategy.SimpleExtend, replicas: 2));
        var jobs = await scene.ActiveAsync();

        await scene.FinishAsync(jobs[0]);

        (await scene.TasksAsync()).ShouldHaveSingleItem().Job.ShouldBe(jobs[1].Key);
    }
}
