using Microsoft.Extensions.Logging.Abstractions;
using Nosnet.Protocol;
using static Nosnet.Node.Tests.RunScene;

namespace Nosnet.Node.Tests;

public sealed class RunKeeperTests(PodmanFixture podman) : IAsyncLifetime
{
    private RunSettings _settings = NewSettings() with { StopGrace = TimeSpan.FromSeconds(1) };
    private readonly string _directory = Directory.CreateTempSubdirectory("nosnet-keeper-").FullName;
    private readonly RunNetwork _network = new();
    private RunKeeper? _keeper;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private RunKeeper Keeper =>
        _keeper ??= new RunKeeper(podman.Engine, _settings, _directory, _network, TimeProvider.System, NullLogger<RunKeeper>.Instance);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await Keeper.AbandonAllAsync();
        await Keeper.DisposeAsync();
        foreach (var kind in (EngineObjectKind[])[EngineObjectKind.Container, EngineObjectKind.Network, EngineObjectKind.Volume])
        {
            foreach (var item in await podman.Engine.ListAsync(kind, Labels.Of(_settings.Node), CancellationToken.None))
                await podman.Engine.RemoveAsync(kind, item.Id, CancellationToken.None);
        }
        Directory.Delete(_directory, recursive: true);
        Directory.Delete(_settings.CacheDirectory, recursive: true);
    }

    [Fact]
    public async Task A_run_is_reported_with_its_result_and_nothing_of_it_is_left()
    {
        var assignment = _network.Post(
            Job(
                new CreateVolume("disk") { Name = "data" }, Run("hello", "echo hello; echo trouble >&2") with { Volumes = [new VolumeMount("data", "/data")] }));
        Keeper.Take(assignment);
        var end = await _network.EndAsync();
        end.Reason.ShouldBe(EndReason.Completed);
        end.Result.Succeeded.ShouldBeTrue();
        end.Result.Operations[1].Logs.Select(log => (log.Type, log.Log)).ShouldBe(
            [(LogSource.StdOut, "hello"), (LogSource.StdErr, "trouble")], ignoreOrder: true);
        await NothingIsLeftAsync();
        Directory.GetDirectories(_directory).ShouldBeEmpty();
        Keeper.Reports.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_assignment_that_is_repeated_is_run_once()
    {
        var assignment = _network.Post(Job(Run("hello", "echo hello")));
        Keeper.Take(assignment);
        Keeper.Take(assignment);
        await _network.EndAsync();
        await NothingIsLeftAsync();
        Keeper.Take(assignment);
        Keeper.Apply([assignment], TimeProvider.System.GetUtcNow());
        Keeper.Reports.ShouldBeEmpty();
        _network.Starts.ShouldBe(1);
    }

    [Fact]
    public async Task A_run_that_has_no_place_on_disk_does_not_keep_others_from_theirs()
    {
        var placeless = _network.Post(Job(Run("hello", "echo placeless")));
        var other = _network.Post(Job(Run("hello", "echo other")));
        var inTheWay = Path.Combine(_directory, $"{placeless.Run}-{placeless.Epoch}");
        await File.WriteAllTextAsync(inTheWay, "", Cancelled);
        Keeper.Apply([placeless, other], TimeProvider.System.GetUtcNow());
        (await _network.EndAsync()).Result.Operations[0].Logs[0].Log.ShouldBe("other");
        File.Delete(inTheWay);
        Keeper.Apply([placeless], TimeProvider.System.GetUtcNow());
        (await _network.EndAsync()).Result.Operations[0].Logs[0].Log.ShouldBe("placeless");
    }

    [Fact]
    public async Task Runs_are_reported_with_the_phase_they_are_in()
    {
        var assignment = _network.Post(Job(Run("long", "echo ready; sleep 600")));
        Keeper.Take(assignment);
        await ReadyAsync(assignment);
        Keeper.Reports.ShouldBe([new RunReport(assignment.Run, assignment.Epoch, RunPhase.Running)]);
    }

    [Fact]
    public async Task The_owners_stop_reaches_a_run_by_the_next_word_of_the_network()
    {
        var assignment = _network.Post(Job(Run("long", "trap 'exit 0' TERM; echo ready; while true; do sleep 0.1; done")));
        Keeper.Take(assignment);
        await ReadyAsync(assignment);
        Keeper.Apply([assignment with { StopRequested = true }], TimeProvider.System.GetUtcNow());
        (await _network.EndAsync()).Reason.ShouldBe(EndReason.StoppedByOwner);
    }

    [Fact]
    public async Task A_run_that_was_stopped_before_its_node_heard_of_it_is_reported_as_stopped()
    {
        Keeper.Apply([_network.Post(Job(Run("never", "echo never"))) with { StopRequested = true }], TimeProvider.System.GetUtcNow());
        var end = await _network.EndAsync();
        end.Reason.ShouldBe(EndReason.StoppedByOwner);
        end.ContainersEndedAt.ShouldBeNull();
        _network.Starts.ShouldBe(0);
    }

    [Fact]
    public async Task A_run_that_the_network_gave_away_is_killed_and_not_spoken_of_again()
    {
        var assignment = _network.Post(Job(Run("long", "echo ready; sleep 600")));
        Keeper.Take(assignment);
        await ReadyAsync(assignment);
        Keeper.Apply([], TimeProvider.System.GetUtcNow());
        await NothingIsLeftAsync();
        Keeper.Reports.ShouldBeEmpty();
        _network.Ends.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_run_that_was_taken_after_the_network_was_asked_stays()
    {
        // Long enough ago for any clock.
        var asked = TimeProvider.System.GetUtcNow().AddSeconds(-1);
        var assignment = _network.Post(Job(Run("long", "echo ready; sleep 600")));
        Keeper.Take(assignment);
        Keeper.Apply([], asked);
        await ReadyAsync(assignment);
        Keeper.Reports.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_start_that_the_network_refuses_ends_the_run_in_silence()
    {
        _network.Refuses = true;
        Keeper.Take(_network.Post(Job(Run("never", "echo never"))));
        await NothingIsLeftAsync();
        _network.Ends.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("{\"version\":\"0.1\"}")]
    [InlineData(null)]
    public async Task A_definition_that_cannot_be_read_ends_the_job_with_the_reason(string? definition)
    {
        Keeper.Take(_network.Post(definition is null ? null : System.Text.Encoding.UTF8.GetBytes(definition)));
        var end = await _network.EndAsync();
        end.Reason.ShouldBe(EndReason.DefinitionUnavailable);
        end.Result.Errors!.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_node_that_comes_back_takes_up_what_runs_and_goes_on_without_a_line_lost_or_twice()
    {
        var assignment = _network.Post(Job(
            Gated("first", "seq 1 1000; echo ready", "seq 1001 2000; printf end"), Run("second", "echo and on")));
        Keeper.Take(assignment);
        await ReadyAsync(assignment);
        await RestartAsync();
        Keeper.Reports.ShouldBe([new RunReport(assignment.Run, assignment.Epoch, RunPhase.Running)]);
        Keeper.FindLog(assignment.Run).ShouldNotBeNull();
        await OpenGateAsync();
        var end = await _network.EndAsync();
        end.Reason.ShouldBe(EndReason.Completed);
        end.Result.Operations[0].Logs.Select(log => log.Log!).ShouldBe(
            [.. Numbers(1, 1000), "ready", .. Numbers(1001, 1000), "end"]);
        end.Result.Operations[1].Logs.ShouldHaveSingleItem().Log.ShouldBe("and on");
        _network.Starts.ShouldBe(1);
        await NothingIsLeftAsync();
    }

    [Fact]
    public async Task Parallel_operations_are_taken_up_each_where_it_stood_and_those_that_had_not_begun_begin()
    {
        static ContainerRun Member(string id, string command, params string[] dependsOn) =>
            Run(id, command) with { Execution = new() { Group = "g", DependsOn = [.. dependsOn] } };
        var assignment = _network.Post(Job(
            Member("work", "sleep 3; echo worked"),
            Member("brief", "echo brief"),
            Member("side", "trap 'exit 0' TERM; echo ready; while true; do sleep 0.1; done", "work") is var side
                ? side with { Execution = side.Execution! with { StopIfDependentStops = true } } : side,
            Run("after", "echo after")));
        Keeper.Take(assignment);
        await ReadyAsync(assignment);
        await RestartAsync();
        var end = await _network.EndAsync();
        end.Reason.ShouldBe(EndReason.Completed);
        end.Result.Operations.Select(operation => operation.Status).ShouldBe(
            [ResultStatus.Success, ResultStatus.Success, ResultStatus.Stopped, ResultStatus.Success]);
        end.Result.Operations.Select(operation => string.Join(' ', operation.Logs.Select(log => log.Log))).ShouldBe(["worked", "brief", "ready", "after"]);
        _network.Starts.ShouldBe(1);
        await NothingIsLeftAsync();
    }

    [Theory]
    [InlineData("ready")]
    [InlineData("try ended with exit code 1 and is started again in 0.2 s (restart 2)")]
    public async Task A_container_that_waits_to_be_started_again_is_when_the_node_comes_back(string line)
    {
        var assignment = _network.Post(Job(
            Run("try", "if test -e /tmp/twice; then echo third; exit 0; fi; if test -e /tmp/once; then touch /tmp/twice; echo ready; else touch /tmp/once; fi; exit 1")
                with
            { RestartPolicy = RestartPolicy.OnFailure(2) }));
        Keeper.Take(assignment);
        await LineAsync(assignment, line);
        await RestartAsync();
        var end = await _network.EndAsync();
        end.Reason.ShouldBe(EndReason.Completed);
        end.Result.Operations[0].Logs.Select(log => log.Log).ShouldBe(["ready", "third"]);
        end.Result.Operations[0].Diagnostics.State!.RestartCount.ShouldBe(2);
        await NothingIsLeftAsync();
    }

    [Fact]
    public async Task A_container_that_its_owner_had_started_again_is_when_the_node_comes_back()
    {
        await LeaveOnceToldAsync(OperationCommand.Restart, Job(
            Run("serve", "if test -e /tmp/once; then echo again; exit 0; fi; touch /tmp/once; trap '' TERM; echo ready; while true; do sleep 0.1; done")), "restarting");
        var end = await _network.EndAsync();
        end.Reason.ShouldBe(EndReason.Completed);
        end.Result.Operations[0].Logs.Select(log => log.Log).ShouldBe(["ready", "again"]);
        end.Result.Operations[0].Diagnostics.State!.RestartCount.ShouldBe(1);
        await NothingIsLeftAsync();
    }

    [Fact]
    public async Task An_operation_that_its_owner_stopped_ends_when_the_node_comes_back_and_the_job_goes_on()
    {
        await LeaveOnceToldAsync(OperationCommand.Stop, Job(
            Run("serve", "trap '' TERM; echo ready; while true; do sleep 0.1; done"), Run("after", "echo after")));
        var end = await _network.EndAsync();
        end.Reason.ShouldBe(EndReason.Completed);
        end.Result.Operations.Select(operation => operation.Status).ShouldBe([ResultStatus.Stopped, ResultStatus.Success]);
        await NothingIsLeftAsync();
    }

    [Fact]
    public async Task A_port_that_was_exposed_is_waited_for_when_the_node_comes_back()
    {
        var assignment = _network.Post(Job(Run("serve", "echo ready; sleep 600") with { Expose = [new ExposedPort(8080)] }));
        Keeper.Take(assignment);
        await ReadyAsync(assignment);
        await RestartAsync();
        (await Keeper.FindServiceAsync(new ServiceTarget(assignment.Run, 0, 8080), Cancelled)).ShouldNotBeNull();
    }

    [Fact]
    public async Task What_ended_while_the_node_was_away_is_reported_with_its_exit_code_and_its_whole_output()
    {
        var assignment = _network.Post(Job(Gated("first", "echo ready", "seq 1 100; exit 3"), Run("never", "true")));
        Keeper.Take(assignment);
        await ReadyAsync(assignment);
        var container = (await podman.Engine.ListAsync(EngineObjectKind.Container, _settings.Labels, Cancelled)).ShouldHaveSingleItem().Id;
        await RestartAsync(away: async () =>
        {
            await OpenGateAsync();
            await podman.Engine.WaitForEndAsync(container, Cancelled);
        });
        var end = await _network.EndAsync();
        end.Reason.ShouldBe(EndReason.OperationFailed);
        end.Result.Operations[0].ExitCode.ShouldBe(3);
        end.Result.Operations[0].Logs.Where(log => log.Type == LogSource.StdOut).Select(log => log.Log!).ShouldBe(["ready", .. Numbers(1, 100)]);
        end.ContainersEndedAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task An_end_that_could_not_be_reported_is_reported_by_the_node_that_comes_back()
    {
        _network.IsDeaf = true;
        var assignment = _network.Post(Job(Run("hello", "echo hello")));
        Keeper.Take(assignment);
        await _network.AskedAsync();
        await RestartAsync(away: () =>
        {
            _network.IsDeaf = false;
            return Task.CompletedTask;
        });
        var end = await _network.EndAsync();
        end.Reason.ShouldBe(EndReason.Completed);
        end.Result.Operations.ShouldHaveSingleItem().Logs.ShouldHaveSingleItem().Log.ShouldBe("hello");
        _network.Starts.ShouldBe(1);
        await NothingIsLeftAsync();
    }

    [Fact]
    public async Task An_end_that_cannot_be_read_again_is_reported_as_the_nodes_failure_and_nothing_of_the_run_is_left()
    {
        _network.IsDeaf = true;
        var assignment = _network.Post(Job(Run("hello", "echo hello")));
        Keeper.Take(assignment);
        await _network.AskedAsync();
        await RestartAsync(away: async () =>
        {
            _network.IsDeaf = false;
            await File.WriteAllTextAsync(Path.Combine(_directory, $"{assignment.Run}-{assignment.Epoch}", "result.json"), "{", Cancelled);
        });
        (await _network.EndAsync()).Reason.ShouldBe(EndReason.NodeFailed);
        await NothingIsLeftAsync();
    }

    [Fact]
    public async Task Containers_networks_and_volumes_of_no_run_are_removed_and_those_of_another_node_are_not()
    {
        // Also what was made when the network was still reached by another name.
        var dead = new RunIdentity(
            RunAddress.From(Some.Bytes()), 1, JobAddress.From(Some.Bytes())).Labels(Labels.Of("earlier", _settings.Node));
        var other = NewSettings();
        foreach (var labels in (Labels[])[dead, other.Labels])
        {
            var name = $"nosnet-test-{Guid.NewGuid():n}";
            await podman.Engine.CreateNetworkAsync(name, labels, Egress.Open, Cancelled);
            await podman.Engine.CreateVolumeAsync(name, labels, Cancelled);
            var spec = new ContainerSpec { Name = name, Image = SampleImage.Name, Command = ["sleep", "60"], Network = name, Labels = labels, Limits = _settings.Limits, Volumes = new Dictionary<string, string> { ["/x"] = name } };
            await podman.Engine.StartContainerAsync(await podman.Engine.CreateContainerAsync(spec, Cancelled), Cancelled);
        }
        await Keeper.RecoverAsync(Cancelled);
        await NothingIsLeftAsync();
        foreach (var kind in (EngineObjectKind[])[EngineObjectKind.Container, EngineObjectKind.Network, EngineObjectKind.Volume])
            await podman.Engine.RemoveAsync(
                kind, (await podman.Engine.ListAsync(kind, other.Labels, Cancelled)).ShouldHaveSingleItem().Id, Cancelled);
    }

    [Fact]
    public void Two_nodes_cannot_share_a_directory()
    {
        Keeper.Reports.ShouldBeEmpty();
        Should.Throw<EngineUnavailableException>(
            () => new RunKeeper(podman.Engine, _settings, _directory, _network, TimeProvider.System, NullLogger<RunKeeper>.Instance))
            .Message.ShouldContain(_directory);
    }

    private static string[] Numbers(int first, int count) =>
        [.. Enumerable.Range(first, count).Select(number => number.ToString(System.Globalization.CultureInfo.InvariantCulture))];

    /// <summary>An operation that goes on only when the test lets it.</summary>
    private static ContainerRun Gated(string id, string before, string after) =>
        Run(id, $"{before}; until test -e /gate/open; do sleep 0.1; done; {after}") with { Volumes = [new VolumeMount("gate", "/gate")] };

    private async Task OpenGateAsync()
    {
        var gate = (await podman.Engine.ListAsync(EngineObjectKind.Volume, _settings.Labels, Cancelled)).ShouldHaveSingleItem();
        // The engine says of a volume that is there where it lies.
        await File.WriteAllTextAsync(Path.Combine(await podman.Engine.CreateVolumeAsync(gate.Id, gate.Labels, Cancelled), "open"), "", Cancelled);
    }

    private async Task RestartAsync(Func<Task>? away = null)
    {
        await Keeper.DisposeAsync();
        _keeper = null;
        await (away?.Invoke() ?? Task.CompletedTask);
        await Keeper.RecoverAsync(Cancelled);
    }

    /// <summary>The node leaves while the container of "serve" has still time to do what it was told; the one that comes back gives it little.</summary>
    private async Task LeaveOnceToldAsync(OperationCommand command, JobDefinition definition, string? shown = null)
    {
        _settings = _settings with { StopGrace = TimeSpan.FromMinutes(1) };
        var assignment = _network.Post(definition);
        Keeper.Take(assignment);
        await ReadyAsync(assignment);
        Keeper.Command(assignment.Run, "serve", "serve", command)!.Moved.ShouldBe(["serve"]);
        if (shown is not null)
            Keeper.FindOperations(assignment.Run)!.Operations.ShouldHaveSingleItem().Status.ShouldBe(new ResultStatus(shown));
        await RestartAsync(away: () =>
        {
            _settings = _settings with { StopGrace = TimeSpan.FromSeconds(1) };
            return Task.CompletedTask;
        });
    }

    private Task ReadyAsync(Assignment assignment) => LineAsync(assignment, "ready");

    private async Task LineAsync(Assignment assignment, string line)
    {
        await foreach (var entry in Keeper.FindLog(assignment.Run)!.ReadAsync(0, follow: true, Cancelled))
        {
            if (entry.Message == line)
                return;
        }
        throw new InvalidOperationException($"The job ended without saying \"{line}\".");
    }

    private async Task NothingIsLeftAsync()
    {
        var deadline = TimeProvider.System.GetUtcNow().AddMinutes(2);
        while (true)
        {
            var left = new List<EngineObject>();
            foreach (var kind in Enum.GetValues<EngineObjectKind>())
                left.AddRange(await podman.Engine.ListAsync(kind, Labels.Of(_settings.Node), Cancelled));
            if (left.Count == 0 && Keeper.Reports.Count == 0)
                return;
            TimeProvider.System.GetUtcNow().ShouldBeLessThan(deadline, $"still there: {string.Join(", ", left)}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Cancelled);
        }
    }
}
