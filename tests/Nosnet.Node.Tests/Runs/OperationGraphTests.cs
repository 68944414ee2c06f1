using Nosnet.Protocol;
using static Nosnet.Node.Tests.RunScene;

namespace Nosnet.Node.Tests;

public sealed class OperationGraphTests(PodmanFixture podman)
{
    private const string UntilStopped = "trap 'exit 0' TERM; echo ready; while true; do sleep 0.1; done";

    [Fact]
    public async Task An_operation_starts_once_when_all_that_it_depends_on_count_as_started()
    {
        var ready = new Dictionary<string, TaskCompletionSource> { ["a"] = new(), ["b"] = new() };
        await using var scene = new RunScene(
            podman,
            Job(Member("a", UntilStopped), Member("b", UntilStopped), Member("c", "echo here", "a", "b")),
            NewSettings() with { StopGrace = TimeSpan.FromSeconds(1) },
            id => ready.TryGetValue(id, out var waited) ? waited.Task : Task.CompletedTask);
        var run = scene.ExecuteAsync();
        await scene.EntryAsync(entry => entry is { OpId: "a", Message: "ready" });
        await scene.EntryAsync(entry => entry is { OpId: "b", Message: "ready" });
        ready["b"].SetResult();
        await UntilAsync(() => scene.Execution.Snapshot().Operations[2].Status == new ResultStatus("waiting"));
        ready["a"].SetResult();
        await scene.EntryAsync(entry => entry is { OpId: "c", Message: "here" });
        await scene.EntryAsync(entry => entry.OpId == "c" && entry.Message.StartsWith("Ended c", StringComparison.Ordinal));
        scene.Execution.Stop(Halt.StoppedByOwner);
        await run;
        (await scene.LinesAsync(LogKind.Info, "c")).Count(line => line == "Started c").ShouldBe(1);
    }

    [Fact]
    public async Task What_depends_on_an_operation_that_failed_is_skipped_and_its_result_says_why()
    {
        await using var scene = new RunScene(
            podman,
            Job(Member("bad", "exit 3"), Member("next", "echo never", "bad"), Member("last", "echo never", "next"), Run("later", "echo never")),
            readiness: id => id == "bad" ? new TaskCompletionSource().Task : Task.CompletedTask);
        var outcome = await scene.ExecuteAsync();
        outcome.Reason.ShouldBe(EndReason.OperationFailed);
        outcome.Result.Operations.Select(operation => operation.Status).ShouldBe(
            [ResultStatus.Failed, ResultStatus.Init, ResultStatus.Init, ResultStatus.Init]);
        outcome.Result.Operations.Skip(1).Select(operation => operation.Diagnostics.Reason.Reason).ShouldBe(
        [
            "Skipped: it depends on bad, which failed.", "Skipped: it depends on bad, which failed.",
            "Not begun: The operation bad ended with exit code 3.",
        ]);
        (await scene.LinesAsync(LogKind.Stdout)).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_operation_that_is_to_stop_with_what_it_depends_on_stops_and_the_job_completes()
    {
        await using var scene = new RunScene(podman, Job(
            Member("work", "until nc side 8000 </dev/null 2>/dev/null; do sleep 0.1; done"),
            Member("side", UntilStopped.Replace("echo ready", "echo ready; httpd -p 8000", StringComparison.Ordinal), "work") is var side ? side with { Execution = side.Execution! with { StopIfDependentStops = true } } : side,
            Run("after", "echo after")));
        var outcome = await scene.ExecuteAsync();
        outcome.Reason.ShouldBe(EndReason.Completed);
        outcome.Result.Operations.Select(operation => operation.Status).ShouldBe([ResultStatus.Success, ResultStatus.Stopped, ResultStatus.Success]);
        outcome.Result.Operations[1].Diagnostics.Reason.Reason.ShouldBe("Stopped: work, on which it depends, has ended.");
        (await scene.LinesAsync(LogKind.Stdout)).ShouldBe(["ready", "after"]);
    }

    [Fact]
    public async Task A_failure_ends_the_others_of_its_group_and_no_later_group_begins()
    {
        await using var scene = new RunScene(
            podman, Job(Member("long", UntilStopped), Member("bad", "exit 1", "long"), Run("later", "echo later")));
        var outcome = await scene.ExecuteAsync();
        outcome.Reason.ShouldBe(EndReason.OperationFailed);
        outcome.Result.Operations[0].Status.ShouldBe(ResultStatus.Stopped);
        outcome.Result.Operations[2].Status.ShouldBe(ResultStatus.Init);
    }

    [Fact]
    public async Task What_an_operation_has_found_is_given_to_a_later_one()
    {
        await using var scene = new RunScene(podman, new JobDefinition
        {
            Global = new() { Env = new() { ["WHO"] = "%%global.job%%" }, Variables = new() { ["greeting"] = "hello" } },
            Ops =
            [
                Run("find", "echo VAL=42; echo VAL=wrong >&2") with { Results = new() { ["value"] = new ResultRule("VAL=(.*)") { Sources = [LogSource.StdOut] } } },
                Run("tell", "echo $GREETING $VALUE $WHO") with { Env = new() { ["GREETING"] = "%%global.variables.greeting%%", ["VALUE"] = "%%ops.find.results.value%%" } },
            ],
        });
        var outcome = await scene.ExecuteAsync();
        outcome.Reason.ShouldBe(EndReason.Completed);
        outcome.Result.Operations[0].Results.ShouldNotBeNull()["value"].ShouldBe(new ExtractedResult(["VAL=42", "42"]));
        outcome.Result.Operations[1].Results.ShouldBeNull();
        (await scene.LinesAsync(LogKind.Stdout, "tell")).ShouldBe([$"hello VAL=42 42 {scene.Identity.Job}"]);
    }

    [Fact]
    public async Task A_literal_without_a_value_fails_its_operation_by_name()
    {
        await using var scene = new RunScene(podman, Job(Run("first", "echo first"), Run("lost", "echo %%ops.first.results.nothing%%")));
        var outcome = await scene.ExecuteAsync();
        outcome.Reason.ShouldBe(EndReason.OperationFailed);
        outcome.Result.Operations[1].Errors.ShouldHaveSingleItem().Message.ShouldContain("%%ops.first.results.nothing%%");
        (await scene.LinesAsync(LogKind.Error)).ShouldHaveSingleItem().ShouldContain("%%ops.first.results.nothing%%");
    }

    [Fact]
    public async Task One_operation_is_started_again_and_another_stopped_while_the_job_goes_on()
    {
        await using var scene = new RunScene(podman, Job(Member("a", UntilStopped), Member("b", UntilStopped), Run("after", "echo after")));
        var run = scene.ExecuteAsync();
        await scene.EntryAsync(entry => entry is { OpId: "a", Message: "ready" });
        await scene.EntryAsync(entry => entry is { OpId: "b", Message: "ready" });
        scene.Execution.Command("g", "nobody", OperationCommand.Stop).IsKnown.ShouldBeFalse();
        scene.Execution.Command("after", "after", OperationCommand.Restart).Moved.ShouldBeEmpty("it has not begun");
        scene.Execution.Command("g", "a", OperationCommand.Restart).Moved.ShouldBe(["a"]);
        await scene.EntryAsync(entry => entry is { OpId: "a", Message: "Started a again" });
        scene.Execution.Command("g", null, OperationCommand.Stop).Moved.ShouldBe(["a", "b"]);
        var outcome = await run;
        outcome.Reason.ShouldBe(EndReason.Completed);
        outcome.Result.Operations.Select(operation => operation.Status).ShouldBe([ResultStatus.Stopped, ResultStatus.Stopped, ResultStatus.Success]);
        outcome.Result.Operations[0].Diagnostics.State!.RestartCount.ShouldBe(1);
        outcome.Result.Operations[1].Diagnostics.Reason.Reason.ShouldBe("b was stopped by the job's owner.");
        scene.Execution.Command("g", "a", OperationCommand.Stop).Moved.ShouldBeEmpty();
    }

    private static ContainerRun Member(string id, string command, params string[] dependsOn) =>
        Run(id, command) with { Execution = new() { Group = "g", DependsOn = [.. dependsOn] } };
}
