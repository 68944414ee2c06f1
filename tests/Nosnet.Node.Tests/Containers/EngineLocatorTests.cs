using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Nosnet.Protocol;

namespace Nosnet.Node.Tests;

public sealed class EngineLocatorTests(PodmanFixture podman) : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("nosnet-locate-").FullName;
    private readonly EngineLocator _locator = new(TimeProvider.System, NullLoggerFactory.Instance);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private EngineSearch Search => new() { ServiceDirectory = _directory };

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task DOCKER_HOST_is_used_where_it_is_set()
    {
        await using var located = await _locator.LocateAsync(
            Search with { DockerHost = podman.Located.Endpoint.Uri.ToString() }, Cancelled);
        located.Endpoint.ShouldBe(podman.Located.Endpoint);
        located.Description.ShouldContain(podman.Located.Endpoint.SocketPath!);
    }

    [Fact]
    public async Task A_DOCKER_HOST_that_does_not_answer_is_not_passed_over_in_silence() =>
        (await Should.ThrowAsync<EngineUnavailableException>(
            () => _locator.LocateAsync(Search with { DockerHost = "unix:///nowhere/docker.sock" }, Cancelled)))
            .Message.ShouldContain("/nowhere/docker.sock");

    [Fact]
    public async Task The_first_socket_that_answers_is_taken()
    {
        var dead = Path.Combine(_directory, "dead.sock");
        await File.WriteAllTextAsync(dead, "", Cancelled);
        await using var located = await _locator.LocateAsync(
            Search with { DockerSockets = ["/nowhere/docker.sock", dead, podman.Located.Endpoint.SocketPath!] }, Cancelled);
        located.Endpoint.ShouldBe(podman.Located.Endpoint);
    }

    [Fact]
    public async Task Where_there_is_no_engine_the_answer_says_what_was_tried_and_what_to_install()
    {
        var refusal = await Should.ThrowAsync<EngineUnavailableException>(
            () => _locator.LocateAsync(Search with { DockerSockets = ["/nowhere/docker.sock"] }, Cancelled));
        refusal.Message.ShouldContain("/nowhere/docker.sock (not there)");
        refusal.Message.ShouldContain("apt-get install podman");
    }

    [Fact]
    public async Task A_podman_that_ends_at_once_is_quoted()
    {
        var podman = Path.Combine(_directory, "podman");
        await File.WriteAllTextAsync(podman, "#!/bin/sh\necho 'cannot do that here' >&2\nexit 125\n", Cancelled);
        File.SetUnixFileMode(podman, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        (await Should.ThrowAsync<EngineUnavailableException>(() => _locator.LocateAsync(Search with { Podman = podman }, Cancelled)))
            .Message.ShouldContain("cannot do that here");
    }

    [Fact]
    public async Task A_directory_with_too_long_a_path_for_a_socket_is_refused() =>
        (await Should.ThrowAsync<EngineUnavailableException>(() => _locator.LocateAsync(
            Search with { Podman = "/usr/bin/podman", ServiceDirectory = Path.Combine(_directory, new string('x', 100)) }, Cancelled))).Message.ShouldContain("shorter path");

    [Fact]
    public async Task The_service_ends_with_the_node_that_started_it()
    {
        var located = await _locator.LocateAsync(OwnService, Cancelled);
        using var process = Process.GetProcessById(ServiceId());
        await located.DisposeAsync();
        process.HasExited.ShouldBeTrue();
        File.Exists(Path.Combine(_directory, "podman.pid")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_service_that_a_killed_node_left_running_is_taken_over()
    {
        using var left = Process.Start(OwnService.Podman!, ["system", "service", "--time=0", $"unix://{Path.Combine(_directory, "podman.sock")}"]);
        await File.WriteAllTextAsync(Path.Combine(_directory, "podman.pid"), left.Id.ToString(CultureInfo.InvariantCulture), Cancelled);
        await using (var located = await _locator.LocateAsync(OwnService, Cancelled))
        {
            ServiceId().ShouldBe(left.Id);
            located.Description.ShouldContain("Podman");
        }
        left.HasExited.ShouldBeTrue();
    }

    [Fact]
    public async Task The_service_of_a_node_that_lives_is_left_alone()
    {
        await using var first = await _locator.LocateAsync(OwnService, Cancelled);
        var service = ServiceId();
        (await Should.ThrowAsync<EngineUnavailableException>(() => _locator.LocateAsync(OwnService, Cancelled))).Message.ShouldContain("Another node uses");
        ServiceId().ShouldBe(service);
        (await first.Engine.GetVersionAsync(Cancelled)).Name.ShouldBe("Podman");
    }

    [Fact]
    public async Task A_run_survives_the_death_of_the_service_without_a_line_lost_or_twice()
    {
        await using var located = await _locator.LocateAsync(OwnService, Cancelled);
        await using var scene = new RunScene(
            located.Engine, RunScene.Job(RunScene.Run("talk", "for i in $(seq 40); do echo line $i; sleep 0.1; done")));
        var run = scene.ExecuteAsync();
        await scene.EntryAsync(entry => entry.Message == "line 5");
        using (var service = Process.GetProcessById(ServiceId()))
            service.Kill();
        var outcome = await run;
        outcome.Reason.ShouldBe(EndReason.Completed);
        (await scene.LinesAsync(LogKind.Stdout)).ShouldBe([.. Enumerable.Range(1, 40).Select(i => $"line {i}")]);
    }

    private EngineSearch OwnService => Search with { Podman = EngineSearch.OnThisMachine(_directory).Podman };

    private int ServiceId() => int.Parse(File.ReadAllText(Path.Combine(_directory, "podman.pid")), CultureInfo.InvariantCulture);
}
