using Nosnet.Protocol;

namespace Nosnet.Engine.Tests;

/// <summary>How jobs that are kept by extending them are extended.</summary>
public sealed class ExtendTests
{
    [Theory]
    [InlineData(1.5, 30)]
    [InlineData(10, 9 * 60)]
    [InlineData(20, 18 * 60)]
    [InlineData(60, 55 * 60)]
    public async Task A_job_that_starts_is_extended_first_a_tenth_of_its_time_before_its_end_within_bounds(double minutes, int seconds)
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.RunAsync(scene.New(DeploymentStrategy.SimpleExtend, minutes: minutes));

        (await scene.TasksAsync()).ShouldHaveSingleItem().ShouldSatisfyAllConditions(t => t.Kind.ShouldBe(DeploymentTaskKind.Extend), t => t.DueAt.ShouldBe(scene.Now.AddSeconds(seconds)));
    }

    [Fact]
    public async Task Each_extension_comes_as_long_before_the_jobs_end_as_the_first()
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.RunAsync(scene.New(DeploymentStrategy.SimpleExtend, minutes: 20));

        await scene.PassAsync(TimeSpan.FromMinutes(18 + 20 + 20));

        var job = (await scene.ActiveAsync()).ShouldHaveSingleItem();
        job.TimeoutSeconds.ShouldBe(80 * 60);
        (await scene.TasksAsync()).ShouldHaveSingleItem().DueAt.ShouldBe(job.Deadline!.Value.AddMinutes(-2));
        (await scene.EventsAsync()).Count(e => e == DeploymentEventTypes.Extended).ShouldBe(3);
    }

    [Fact]
    public async Task A_job_is_extended_as_far_as_its_market_lets_it_and_then_runs_out()
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.Network.DoAsync(new ChangeMarket(TestNetwork.Market, new MarketTerms { MaxTimeoutSeconds = 50 * 60 }));
        await scene.RunAsync(scene.New(DeploymentStrategy.SimpleExtend, minutes: 20));

        await scene.PassAsync(TimeSpan.FromMinutes(49));
        (await scene.ActiveAsync()).ShouldHaveSingleItem().TimeoutSeconds.ShouldBe(50 * 60);
        await scene.PassAsync(TimeSpan.FromMinutes(1));

        (await scene.StatusAsync()).ShouldBe(DeploymentStatus.Stopped);
    }

    [Fact]
    public async Task A_job_that_waits_is_not_extended()
    {
        using var scene = await DeploymentScene.BeginAsync(slots: 0);
        await scene.RunAsync(scene.New(DeploymentStrategy.SimpleExtend));

        (await scene.TasksAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_job_that_lost_its_run_is_extended_from_its_next_start_on()
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.RunAsync(scene.New(DeploymentStrategy.SimpleExtend));
        scene.NodesStart = false;
        await scene.Network.PassAsync(TimeSpan.FromMinutes(1));
        (await scene.ActiveAsync()).ShouldHaveSingleItem().State.ShouldBe(JobState.Queued);
        (await scene.TasksAsync()).ShouldBeEmpty();

        scene.NodesStart = true;
        await scene.Network.DoAsync(new JoinMarket(scene.Nodes[0].Address, TestNetwork.Market, 10));
        await scene.PassAsync(TimeSpan.Zero);

        (await scene.TasksAsync()).ShouldHaveSingleItem().DueAt.ShouldBe(scene.Now.AddMinutes(55));
    }
}
