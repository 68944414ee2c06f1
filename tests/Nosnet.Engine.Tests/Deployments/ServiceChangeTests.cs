using Nosnet.Protocol;

namespace Nosnet.Engine.Tests;

/// <summary>A service that is kept for ever answers all the while, whatever its owner changes.</summary>
public sealed class ServiceChangeTests
{
    private static RevisionContent Content => new(TestNetwork.Result, Requirements: null, Exposes: true);

    [Fact]
    public async Task The_jobs_of_a_revision_stay_until_those_of_the_next_are_online()
    {
        using var scene = await DeploymentScene.BeginAsync();
        var before = await ServeAsync(scene, replicas: 2);

        await scene.DoAsync((c, d) => new AddRevision(c, d, Content));
        await scene.PassAsync(TimeSpan.FromMinutes(5));
        var jobs = await scene.ActiveAsync();
        jobs.Select(j => j.Revision).ShouldBe([1, 1, 2, 2]);
        jobs.ShouldAllBe(j => !j.StopRequested);

        await OnlineAsync(scene, jobs[2]);
        (await scene.ActiveAsync()).Select(j => j.Key).ShouldBe([before[1].Key, jobs[2].Key, jobs[3].Key]);
        await OnlineAsync(scene, jobs[3]);
        (await scene.ActiveAsync()).Select(j => j.Key).ShouldBe([jobs[2].Key, jobs[3].Key]);
        (await scene.TasksAsync()).ShouldAllBe(t => t.Kind == DeploymentTaskKind.List && t.DueAt > scene.Now);
    }

    [Fact]
    public async Task Jobs_whose_services_never_answered_are_stopped_for_the_next_revision_at_once()
    {
        using var scene = await DeploymentScene.BeginAsync();
        var before = await ServeAsync(scene, replicas: 3, online: 1);

        await scene.DoAsync((c, d) => new AddRevision(c, d, Content));
        await scene.PassAsync(TimeSpan.Zero);

        var jobs = await scene.ActiveAsync();
        jobs.Select(j => j.Revision).ShouldBe([1, 2, 2, 2]);
        jobs[0].Key.ShouldBe(before[0].Key);
    }

    [Fact]
    public async Task Where_there_is_no_node_for_both_the_job_of_the_revision_before_makes_room()
    {
        using var scene = await DeploymentScene.BeginAsync(slots: 1);
        await ServeAsync(scene);

        await scene.DoAsync((c, d) => new AddRevision(c, d, Content));
        await scene.PassAsync(Upkeep.MostWait - TimeSpan.FromSeconds(1));
        (await scene.ActiveAsync()).Select(j => (j.Revision, j.State)).ShouldBe([(1, JobState.Running), (2, JobState.Queued)]);
        await scene.PassAsync(TimeSpan.FromSeconds(1));

        (await scene.ActiveAsync()).Select(j => (j.Revision, j.State)).ShouldBe([(2, JobState.Running)]);
    }

    [Fact]
    public async Task A_rollback_before_the_new_revision_was_online_keeps_the_jobs_that_serve()
    {
        using var scene = await DeploymentScene.BeginAsync();
        var before = await ServeAsync(scene, replicas: 2);
        await scene.DoAsync((c, d) => new AddRevision(c, d, Content));
        await scene.PassAsync(TimeSpan.FromSeconds(10));

        await scene.DoAsync((c, d) => new ActivateRevision(c, d, 1));
        await scene.PassAsync(TimeSpan.FromMinutes(2));

        (await scene.ActiveAsync()).Select(j => j.Key).ShouldBe(before.Select(j => j.Key));
        (await scene.TasksAsync()).Select(t => (t.Kind, t.Job)).ShouldBe(before.Select(j => (DeploymentTaskKind.List, j.Key)), ignoreOrder: true);
    }

    [Fact]
    public async Task A_revision_that_follows_on_another_replaces_the_jobs_that_serve_and_not_those_on_their_way()
    {
        using var scene = await DeploymentScene.BeginAsync();
        await ServeAsync(scene);
        await scene.DoAsync((c, d) => new AddRevision(c, d, Content));
        await scene.PassAsync(TimeSpan.Zero);

        await scene.DoAsync((c, d) => new AddRevision(c, d, Content));
        await scene.PassAsync(TimeSpan.Zero);
        var jobs = await scene.ActiveAsync();
        jobs.Select(j => j.Revision).ShouldBe([1, 3]);
        await OnlineAsync(scene, jobs[1]);

        (await scene.ActiveAsync()).ShouldHaveSingleItem().Revision.ShouldBe(3);
    }

    [Fact]
    public async Task A_revision_whose_jobs_fail_leaves_those_that_serve_and_is_tried_again()
    {
        using var scene = await DeploymentScene.BeginAsync();
        var before = await ServeAsync(scene);
        await scene.DoAsync((c, d) => new AddRevision(c, d, Content));
        await scene.PassAsync(TimeSpan.Zero);

        await scene.FinishAsync((await scene.ActiveAsync())[1], EndReason.OperationFailed);

        var jobs = await scene.ActiveAsync();
        jobs.Select(j => j.Revision).ShouldBe([1, 2]);
        jobs[0].Key.ShouldBe(before[0].Key);
        jobs[0].StopRequested.ShouldBeFalse();
    }

    [Fact]
    public async Task The_jobs_of_a_market_stay_until_those_in_the_next_are_online()
    {
        using var scene = await DeploymentScene.BeginAsync();
        var other = await scene.Network.DoAsync(new OpenMarket(null, new MarketTerms { Slug = "other", RewardPerHour = Credits.FromUsd(0.1m) }));
        scene.Nodes.Add(await scene.Network.DoAsync(new RegisterNode(new(scene.Network.NewBytes()), "other")));
        await scene.Network.DoAsync(new JoinMarket(scene.Nodes[1].Address, other.Address, 1));
        var before = await ServeAsync(scene);

        await scene.DoAsync((c, d) => new MoveDeployment(c, d, "other"));
        await scene.PassAsync(TimeSpan.FromMinutes(2));
        var jobs = await scene.ActiveAsync();
        jobs.Select(j => j.Market).ShouldBe([before[0].Market, other.Key]);
        await OnlineAsync(scene, jobs[1]);

        (await scene.ActiveAsync()).ShouldHaveSingleItem().Market.ShouldBe(other.Key);
    }

    [Fact]
    public async Task Of_jobs_that_are_too_many_those_whose_services_answer_stay()
    {
        using var scene = await DeploymentScene.BeginAsync();
        var jobs = await ServeAsync(scene, replicas: 3, online: 1);

        await scene.DoAsync((c, d) => new ScaleDeployment(c, d, 1));
        await scene.PassAsync(TimeSpan.Zero);

        (await scene.ActiveAsync()).ShouldHaveSingleItem().Key.ShouldBe(jobs[0].Key);
    }

    /// <summary>Starts a deployment whose first jobs are online.</summary>
    private static async Task<IReadOnlyList<Job>> ServeAsync(DeploymentScene scene, int replicas = 1, int? online = null)
    {
        await scene.RunAsync(scene.New(DeploymentStrategy.Infinite, replicas, exposes: true));
        var jobs = await scene.ActiveAsync();
        foreach (var job in jobs.Take(online ?? replicas))
            await OnlineAsync(scene, job);
        return jobs;
    }

    private static async Task OnlineAsync(DeploymentScene scene, Job job)
    {
        await scene.Network.DoAsync(new ServicesOnline(job.Key));
        await scene.PassAsync(TimeSpan.Zero);
    }
}
