using Microsoft.Extensions.Time.Testing;
using Nosnet.Protocol;
using static Nosnet.Node.Tests.RunScene;

namespace Nosnet.Node.Tests;

public sealed class RunExecutionTests(PodmanFixture podman)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_that_succeeds_ends_as_completed_with_its_output_in_the_log()
    {
        await using var scene = new RunScene(podman, Job(Run("hello", "echo out; echo err >&2")));
        var outcome = await scene.ExecuteAsync();
        outcome.Reason.ShouldBe(EndReason.Completed);
        outcome.Result.Status.ShouldBe(ResultStatus.Success);
        var operation = outcome.Result.Operations.ShouldHaveSingleItem();
        operation.Status.ShouldBe(ResultStatus.Success);
        operation.ExitCode.ShouldBe(0);
        operation.ProviderId.ShouldNotBeNullOrEmpty();
        outcome.ContainersEndedAt.ShouldBe(operation.EndTime);
        (await scene.LinesAsync(LogKind.Stdout, "hello")).ShouldBe(["out"]);
        (await scene.LinesAsync(LogKind.Stderr, "hello")).ShouldBe(["err"]);
        scene.Starts.ShouldBe(1);
    }

    [Fact]
    public async Task What_the_engine_says_that_it_lost_of_the_output_is_read_from_its_log()
    {
        await using var scene = new RunScene(ShakyEngine.Of(podman.Engine, losesOutput: true), Job(Run("hello", "echo out; echo err >&2; printf end")));
        var outcome = await scene.ExecuteAsync();
        outcome.Reason.ShouldBe(EndReason.Completed);
        (await scene.LinesAsync(LogKind.Stdout)).ShouldBe(["out", "end"]);
        (await scene.LinesAsync(LogKind.Stderr)).ShouldBe(["err"]);
    }

    [Fact]
    public async Task What_a_container_writes_is_its_output_whatever_it_looks_like()
    {
        await using var scene = new RunScene(podman, Job(Run("hello", "echo before >&2; sleep 0.2; echo 'Error: read unixpacket x' >&2; sleep 0.2; echo after >&2")));
        var outcome = await scene.ExecuteAsync();
        outcome.Reason.ShouldBe(EndReason.Completed);
        (await scene.LinesAsync(LogKind.Stderr)).ShouldBe(["before", "Error: read unixpacket x", "after"]);
    }

    [Fact]
    public async Task The_first_operation_that_fails_fails_the_job_and_what_follows_is_not_begun()
    {
        await using var scene = new RunScene(podman, Job(Run("good", "true"), Run("bad", "exit 7"), Run("never", "echo never")));
        var outcome = await scene.ExecuteAsync();
        outcome.Reason.ShouldBe(EndReason.OperationFailed);
        outcome.Result.Status.ShouldBe(ResultStatus.Failed);
        outcome.Result.Operations.Select(operation => operation.Status).ShouldBe(
            [ResultStatus.Success, ResultStatus.Failed, ResultStatus.Init]);
        outcome.Result.Operations[1].ExitCode.ShouldBe(7);
        outcome.Result.Operations[1].Errors.ShouldHaveSingleItem().Message.ShouldContain("exit code 7");
        outcome.Result.Operations[2].ExitCode.ShouldBeNull();
        (await scene.LinesAsync(LogKind.Stdout)).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_operation_gets_its_environment_directory_volume_and_words()
    {
        var definition = new JobDefinition
        {
            Global = new GlobalDefaults { Env = new() { ["A"] = "global", ["B"] = "global" }, WorkDir = "/tmp" },
            Ops =
            [
                new CreateVolume("disk") { Name = "data" },
                new ContainerRun("write")
                {
                    Image = SampleImage.Name,
                    Cmd = "echo \"$A $B $NOSANA_ID\"; pwd; echo kept > /data/file",
                    Env = new() { ["B"] = "own", ["NOSANA_ID"] = "mine" },
                    Volumes = [new VolumeMount("data", "/data")],
                },
                new ContainerRun("read") { Image = SampleImage.Name, Entrypoint = ["cat"], Cmd = ["/data/file", "/data/no such; file"], WorkDir = "/", Volumes = [new VolumeMount("data", "/data")] },
            ],
        };
        await using var scene = new RunScene(podman, definition);
        await scene.ExecuteAsync();
        (await scene.LinesAsync(LogKind.Stdout, "write")).ShouldBe([$"global own {scene.Identity.Job}", "/tmp"]);
        (await scene.LinesAsync(LogKind.Stdout, "read")).ShouldBe(["kept"]);
        (await scene.LinesAsync(LogKind.Stderr, "read")).ShouldHaveSingleItem().ShouldContain("no such; file");
    }

    [Fact]
    public async Task A_hundred_thousand_lines_of_both_streams_arrive_whole_and_in_order()
    {
        const int lines = 100_000;
        await using var scene = new RunScene(podman, Job(Run("talk", $"(seq 1 {lines}) & (seq 1 {lines} >&2) & wait")));
        (await scene.ExecuteAsync()).Reason.ShouldBe(EndReason.Completed);
        var expected = Enumerable.Range(1, lines).Select(
            line => line.ToString(System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        (await scene.LinesAsync(LogKind.Stdout)).ShouldBe(expected);
        (await scene.LinesAsync(LogKind.Stderr)).ShouldBe(expected);
    }

    [Fact]
    public async Task An_image_that_cannot_be_pulled_ends_the_job_before_anything_is_billed()
    {
        var image = $"{podman.Registry.Host}/sample:none";
        await using var scene = new RunScene(podman, Job(Run("first", "true"), Run("second", "true", image)));
        var outcome = await scene.ExecuteAsync();
        outcome.Reason.ShouldBe(EndReason.ImagePullFailed);
        outcome.ContainersEndedAt.ShouldBeNull();
        outcome.Result.Operations[0].Status.ShouldBe(ResultStatus.Init);
        var error = outcome.Result.Operations[1].Errors.ShouldHaveSingleItem();
        error.Event.ShouldBe(ResultError.ImagePull);
        error.Message.ShouldContain("manifest unknown to this registry");
        scene.Starts.ShouldBe(0);
        (await scene.LinesAsync(LogKind.Error)).ShouldHaveSingleItem().ShouldContain(image);
    }

    [Fact]
    public async Task The_pull_of_an_image_is_told_in_the_log()
    {
        var image = await podman.Registry.AddImageAsync();
        await using (var scene = new RunScene(podman, Job(Run("pulled", "echo here", image))))
        {
            (await scene.ExecuteAsync()).Reason.ShouldBe(EndReason.Completed);

            var progress = (await scene.EntriesAsync()).Where(entry => entry.Kind == LogKind.Progress).ToArray();
            progress.ShouldNotBeEmpty();
            progress.ShouldAllBe(entry => entry.Message == $"Pulling {image}" && entry.OpId == "pulled");
            progress[^1].Current.ShouldBe(progress[^1].Total);
        }

        await podman.Engine.RemoveImageAsync(image, Cancelled);
    }

    [Fact]
    public async Task A_program_that_is_not_in_the_image_fails_its_operation_in_the_engines_words()
    {
        await using var scene = new RunScene(podman, Job(Run("wrong", ["no-such-program"])));
        var outcome = await scene.ExecuteAsync();
        outcome.Reason.ShouldBe(EndReason.OperationFailed);
        var error = outcome.Result.Operations[0].Errors.ShouldHaveSingleItem();
        error.Event.ShouldBe(ResultError.ContainerRuntime);
        error.Message.ShouldContain("no-such-program");
    }

    [Fact]
    public async Task A_container_that_wants_too_much_memory_ends_the_job_as_out_of_memory()
    {
        await using var scene = new RunScene(podman, Job(Run("greedy", "head -c 500m /dev/zero | tail")));
        var outcome = await scene.ExecuteAsync();
        outcome.Reason.ShouldBe(EndReason.OutOfMemory);
        outcome.Result.Operations[0].Diagnostics.State!.OomKilled.ShouldBeTrue();
        outcome.Result.Operations[0].Errors.ShouldHaveSingleItem().Message.ShouldContain("memory");
    }

    [Fact]
    public async Task A_stop_by_the_owner_lets_a_container_end_by_itself()
    {
        await using var scene = new RunScene(
            podman, Job(Run("polite", "trap 'echo bye; exit 0' TERM; echo ready; while true; do sleep 0.1; done"), Run("never", "true")));
        var run = scene.ExecuteAsync();
        await scene.EntryAsync(entry => entry.Message == "ready");
        scene.Execution.Phase.ShouldBe(RunPhase.Running);
        scene.Execution.Stop(Halt.StoppedByOwner);
        var outcome = await run;
        outcome.Reason.ShouldBe(EndReason.StoppedByOwner);
        outcome.Result.Status.ShouldBe(ResultStatus.Stopped);
        outcome.Result.Operations[0].Status.ShouldBe(ResultStatus.Stopped);
        outcome.Result.Operations[0].Diagnostics.Reason.JobStopped.ShouldBeTrue();
        outcome.Result.Operations[1].Status.ShouldBe(ResultStatus.Init);
        (await scene.LinesAsync(LogKind.Stdout)).ShouldBe(["ready", "bye"]);
    }

    [Fact]
    public async Task A_job_whose_time_runs_out_ends_as_timed_out()
    {
        var time = new FakeTimeProvider();
        await using var scene = new RunScene(podman, Job(Run("long", "exec sleep 600")), NewSettings() with { StopGrace = TimeSpan.FromSeconds(1) }, time: time);
        var run = scene.ExecuteAsync();
        await scene.EntryAsync(entry => entry.Message == "Started long");
        time.Advance(scene.Remaining);
        var outcome = await run;
        outcome.Reason.ShouldBe(EndReason.TimedOut);
        outcome.Result.Operations[0].Diagnostics.Reason.JobExpired.ShouldBeTrue();
    }

    [Fact]
    public async Task An_extension_moves_the_end_of_a_job_that_runs()
    {
        var time = new FakeTimeProvider();
        await using var scene = new RunScene(podman, Job(Run("long", "exec sleep 600")), NewSettings() with { StopGrace = TimeSpan.FromSeconds(1) }, time: time);
        var run = scene.ExecuteAsync();
        await scene.EntryAsync(entry => entry.Message == "Started long");
        scene.Execution.SetRemaining(scene.Remaining * 2);
        time.Advance(scene.Remaining);
        // The first reason counts: were its time over, this would come too late.
        scene.Execution.Stop(Halt.StoppedByOwner);
        (await run).Reason.ShouldBe(EndReason.StoppedByOwner);
    }

    [Fact]
    public async Task A_job_that_is_stopped_before_it_starts_runs_nothing()
    {
        await using var scene = new RunScene(podman, Job(Run("never", "echo never")));
        scene.Execution.Stop(Halt.StoppedByOwner);
        var outcome = await scene.ExecuteAsync();
        outcome.Reason.ShouldBe(EndReason.StoppedByOwner);
        outcome.ContainersEndedAt.ShouldBeNull();
        scene.Starts.ShouldBe(0);
    }

    [Fact]
    public async Task A_job_that_writes_without_end_is_ended_at_its_quota()
    {
        await using var scene = new RunScene(
            podman, Job(Run("endless", "yes")), NewSettings() with { LogQuota = 1024 * 1024, StopGrace = TimeSpan.FromSeconds(1) });
        var outcome = await scene.ExecuteAsync();
        outcome.Reason.ShouldBe(EndReason.LogQuotaExceeded);
        outcome.Result.Operations[0].Status.ShouldBe(ResultStatus.Failed);
        scene.Log.OutputCost.ShouldBeInRange(1024 * 1024, 1024 * 1024 + 2 * LineSplitter.DefaultMaxLine * RunLogIndex.LineCost);
    }

    [Fact]
    public async Task Operations_of_one_group_run_at_the_same_time_and_reach_each_other_by_their_names()
    {
        const string wait = "until wget -q -O - http://server:8000/ 2>/dev/null; do sleep 0.1; done";
        await using var scene = new RunScene(podman, Job(
            Run(
                "server", "echo hello > index.html; httpd -p 8000; sleep 600 & trap 'exit 0' TERM; wait") with
            { Execution = new() { Group = "web" } },
            Run("client", wait) with { Execution = new() { Group = "web", DependsOn = ["server"] } }));
        var run = scene.ExecuteAsync();
        await scene.EntryAsync(entry => entry is { OpId: "client", Message: "hello" });
        scene.Execution.Stop(Halt.StoppedByOwner);
        var outcome = await run;
        outcome.Result.Operations[1].Group.ShouldBe("web");
    }

    [Fact]
    public async Task What_this_node_cannot_do_is_refused_before_anything_starts()
    {
        await using var scene = new RunScene(podman, Job(Run("gpu", "true") with { Gpu = true }));
        var outcome = await scene.ExecuteAsync();
        outcome.Reason.ShouldBe(EndReason.NodeFailed);
        outcome.Result.Operations[0].Errors.ShouldHaveSingleItem().Message.ShouldContain("GPU");
        scene.Starts.ShouldBe(0);
    }

    [Fact]
    public async Task A_run_that_the_network_no_longer_wants_starts_no_container()
    {
        await using var scene = new RunScene(podman, Job(Run("never", "echo never")));
        await Should.ThrowAsync<InvalidOperationException>(() => scene.Execution.ExecuteAsync(
            new Dictionary<int, ContainerSnapshot>(), _ => throw new InvalidOperationException("stale"), Cancelled));
        foreach (var container in await podman.Engine.ListAsync(EngineObjectKind.Container, scene.Settings.Labels, Cancelled))
            (await podman.Engine.InspectContainerAsync(container.Id, Cancelled))!.StartedAt.ShouldBeNull();
    }
}
