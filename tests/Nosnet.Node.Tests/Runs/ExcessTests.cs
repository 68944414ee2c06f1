using Microsoft.Extensions.Time.Testing;
using Nosnet.Protocol;
using static Nosnet.Node.Tests.RunScene;

namespace Nosnet.Node.Tests;

/// <summary>What containers do without end comes to an end, and leaves the job beside it alone.</summary>
public sealed class ExcessTests(PodmanFixture podman)
{
    private const int MiB = 1024 * 1024;

    private static RunSettings Within(long disk = 1024L * MiB, int processes = 4096, TimeSpan? grace = null)
    {
        var settings = NewSettings();
        return settings with { Limits = settings.Limits with { DiskBytes = disk, Processes = processes }, StopGrace = grace ?? TimeSpan.FromMinutes(1) };
    }

    [Fact]
    public async Task A_job_that_fills_the_disk_is_ended_at_its_quota_and_the_one_beside_it_completes()
    {
        const string fill = "trap '' TERM; i=0; while true; do dd if=/dev/zero of=/f$i bs=1M count=4 2>/dev/null; i=$((i+1)); sleep 0.05; done";
        await using var scene = new RunScene(podman, Job(Run("filler", fill)), Within(disk: 64 * MiB));
        await using var other = new RunScene(podman, Job(Run("other", "for i in $(seq 20); do echo $i > /f; sleep 0.1; done; cat /f")), Within());
        var beside = other.ExecuteAsync();

        var outcome = await scene.ExecuteAsync();

        outcome.Reason.ShouldBe(EndReason.DiskQuotaExceeded);
        outcome.Result.Operations[0].Status.ShouldBe(ResultStatus.Failed);
        outcome.Result.Operations[0].Errors.Single().Message.ShouldBe("The job wrote more than the 64 MiB to disk that a job may.");
        (await beside).Reason.ShouldBe(EndReason.Completed);
        (await other.LinesAsync(LogKind.Stdout)).ShouldBe(["20"]);
    }

    [Fact]
    public async Task Layers_and_volumes_of_all_operations_count_together_whatever_their_files_are_called()
    {
        const string deep = "d=$(printf '\\377%0200d' 7); for i in $(seq 15); do mkdir $d && cd $d || exit 9; done; dd if=/dev/zero of=f bs=1M count=20 2>/dev/null";
        await using var scene = new RunScene(podman, Job(
            Run("ended", $"mkdir /x; cd /x; {deep}"),
            Run("runs", "dd if=/dev/zero of=/data/f bs=1M count=20 2>/dev/null; dd if=/dev/zero of=/f bs=1M count=20 2>/dev/null; sleep 600") with
            { Volumes = [new VolumeMount("v", "/data")] }), Within(disk: 50 * MiB));

        var outcome = await scene.ExecuteAsync();

        outcome.Reason.ShouldBe(EndReason.DiskQuotaExceeded);
        outcome.Result.Operations.Select(operation => operation.Status).ShouldBe([ResultStatus.Success, ResultStatus.Failed]);
    }

    [Theory]
    [InlineData(100, EndReason.DiskQuotaExceeded)]
    [InlineData(20, EndReason.NodeFailed)]
    public async Task A_job_that_is_ended_because_the_disk_is_full_answers_for_it_where_it_is_over_its_quota(int mebibytes, EndReason reason)
    {
        // Its clock stands still: nothing looks at the quota before the disk is full.
        await using var scene = new RunScene(
            podman, Job(Run("writer", $"dd if=/dev/zero of=/f bs=1M count={mebibytes} 2>/dev/null; echo written; exec sleep 600")), Within(disk: 64 * MiB), time: new FakeTimeProvider());
        var run = scene.ExecuteAsync();
        await scene.EntryAsync(entry => entry.Message == "written");
        scene.Execution.Stop(Halt.DiskFull);

        (await run).Reason.ShouldBe(reason);
    }

    [Fact]
    public async Task A_job_that_forks_without_end_fails_at_its_limit_and_the_one_beside_it_completes()
    {
        await using var scene = new RunScene(podman, Job(Run("bomb", "while true; do sleep 600 & done")), Within(processes: 100));
        await using var other = new RunScene(podman, Job(Run("other", "for i in $(seq 10); do sleep 0.1; done; echo done")), Within());
        var beside = other.ExecuteAsync();

        var outcome = await scene.ExecuteAsync();

        outcome.Reason.ShouldBe(EndReason.OperationFailed);
        outcome.Result.Operations[0].ExitCode.ShouldBe(2);
        (await scene.LinesAsync(LogKind.Stderr)).ShouldContain(line => line.Contains("can't fork", StringComparison.Ordinal));
        (await beside).Reason.ShouldBe(EndReason.Completed);
        (await other.LinesAsync(LogKind.Stdout)).ShouldBe(["done"]);
    }

    [Fact]
    public async Task A_container_that_ignores_signals_is_killed_after_the_grace_and_not_before()
    {
        NewSettings().StopGrace.ShouldBe(TimeSpan.FromSeconds(10));
        var grace = TimeSpan.FromSeconds(1);
        await using var scene = new RunScene(
            podman, Job(Run("deaf", "trap '' TERM; echo ready; while true; do sleep 0.1; done")), Within(grace: grace));
        var run = scene.ExecuteAsync();
        await scene.EntryAsync(entry => entry.Message == "ready");
        var stopped = TimeProvider.System.GetUtcNow();
        scene.Execution.Stop(Halt.TimedOut);

        var outcome = await run;

        outcome.Reason.ShouldBe(EndReason.TimedOut);
        outcome.Result.Operations[0].ExitCode.ShouldBe(137);
        outcome.Result.Operations[0].EndTime!.Value.ShouldBeGreaterThanOrEqualTo(stopped + 0.95 * grace);
    }
}
