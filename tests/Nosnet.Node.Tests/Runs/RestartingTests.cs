using Nosnet.Protocol;
using static Nosnet.Node.Tests.RunScene;

namespace Nosnet.Node.Tests;

public sealed class RestartingTests(PodmanFixture podman)
{
    [Fact]
    public void A_container_is_started_again_as_its_policy_says()
    {
        Restarting.IsDue(null, 1, 0).ShouldBeFalse();
        Restarting.IsDue(RestartPolicy.No, 1, 0).ShouldBeFalse();
        Restarting.IsDue(RestartPolicy.Always, 0, 1000).ShouldBeTrue();
        Restarting.IsDue(RestartPolicy.UnlessStopped, 0, 1000).ShouldBeTrue();
        Restarting.IsDue(RestartPolicy.OnFailure(), 0, 0).ShouldBeFalse();
        Restarting.IsDue(RestartPolicy.OnFailure(), 1, 1000).ShouldBeTrue();
        Restarting.IsDue(RestartPolicy.OnFailure(2), 1, 1).ShouldBeTrue();
        Restarting.IsDue(RestartPolicy.OnFailure(2), 1, 2).ShouldBeFalse();
    }

    [Fact]
    public void Pauses_double_up_to_a_minute()
    {
        Enumerable.Range(0, 12).Select(restart => Restarting.Pause(restart).TotalSeconds).ShouldBe(
            [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 60, 60]);
        Restarting.Pause(int.MaxValue).ShouldBe(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_container_that_fails_is_tried_again_as_often_as_it_may_and_nothing_of_its_output_is_lost()
    {
        await using var scene = new RunScene(
            podman, Job(Run("try", "echo begin; printf end; exit 4") with { RestartPolicy = RestartPolicy.OnFailure(2) }));
        var outcome = await scene.ExecuteAsync();
        outcome.Reason.ShouldBe(EndReason.OperationFailed);
        outcome.Result.Operations[0].ExitCode.ShouldBe(4);
        outcome.Result.Operations[0].Diagnostics.State!.RestartCount.ShouldBe(2);
        (await scene.LinesAsync(LogKind.Stdout)).ShouldBe(["begin", "end", "begin", "end", "begin", "end"]);
        (await scene.LinesAsync(LogKind.Info, "try")).Where(line => line.Contains("started again", StringComparison.Ordinal)).ShouldBe(
        [
            "try ended with exit code 4 and is started again in 0.1 s (restart 1)",
            "try ended with exit code 4 and is started again in 0.2 s (restart 2)",
        ]);
    }

    [Fact]
    public async Task A_container_that_succeeds_at_the_second_try_has_succeeded_and_kept_its_files()
    {
        await using var scene = new RunScene(
            podman, Job(Run("try", "test -e /tmp/been || { touch /tmp/been; exit 1; }") with { RestartPolicy = RestartPolicy.OnFailure(5) }));
        var outcome = await scene.ExecuteAsync();
        outcome.Reason.ShouldBe(EndReason.Completed);
        outcome.Result.Operations[0].Diagnostics.State!.RestartCount.ShouldBe(1);
    }

    [Fact]
    public async Task A_start_that_the_engine_refuses_as_it_clears_away_the_time_before_is_asked_for_again()
    {
        var engine = ShakyEngine.Of(podman.Engine, refusedStart: 2);
        await using var scene = new RunScene(
            engine, Job(Run("try", "test -e /tmp/been || { touch /tmp/been; exit 1; }; echo well") with { RestartPolicy = RestartPolicy.OnFailure(1) }));
        var outcome = await scene.ExecuteAsync();
        outcome.Reason.ShouldBe(EndReason.Completed);
        outcome.Result.Operations[0].Diagnostics.State!.RestartCount.ShouldBe(1);
        (await scene.LinesAsync(LogKind.Stdout)).ShouldBe(["well"]);
    }

    [Fact]
    public async Task What_always_starts_again_ends_with_the_jobs_time()
    {
        await using var scene = new RunScene(
            podman, Job(Run("always", "echo round") with { RestartPolicy = RestartPolicy.Always }));
        var run = scene.ExecuteAsync();
        var rounds = 0;
        await scene.EntryAsync(entry => entry.Message == "round" && ++rounds == 2);
        scene.Execution.SetRemaining(TimeSpan.Zero);
        var outcome = await run;
        outcome.Reason.ShouldBe(EndReason.TimedOut);
        outcome.Result.Operations[0].Status.ShouldBe(ResultStatus.Stopped);
        (await scene.LinesAsync(LogKind.Stdout)).Length.ShouldBeGreaterThan(1);
    }
}
