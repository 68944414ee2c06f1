using System.Net;
using Nosnet.Protocol;

namespace Nosnet.Node.Tests;

/// <summary>On real containers: the way to their ports, and the checks at them.</summary>
public sealed class RunServicesTests(PodmanFixture podman)
{
    private const string Server = "mkdir /www; echo up >/www/ready; httpd -f -p 8080 -h /www";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_service_without_checks_is_online_when_its_port_takes_a_connection_and_offline_when_its_container_ends()
    {
        await using var scene = Scene("sleep 1; " + Server, 8080);
        var running = scene.ExecuteAsync();
        var exposed = await ExposedAsync(scene);
        await exposed.Started.WaitAsync(Limit, TestContext.Current.CancellationToken);
        scene.Context.Services.Reports.ShouldBe([new ServiceReport(0, 8080, EndpointStatus.Online)]);
        (await GetAsync(exposed, "/ready")).ShouldBe((HttpStatusCode.OK, "up\n"));

        scene.Execution.Stop(Halt.StoppedByOwner);
        await running;
        scene.Context.Services.Reports.ShouldBe([new ServiceReport(0, 8080, EndpointStatus.Offline)]);
        scene.Context.Services.Find(0, 8080).ShouldBeNull();
    }

    [Fact]
    public async Task An_operation_with_which_a_job_would_expose_more_ports_than_a_node_tells_of_is_not_begun()
    {
        static ContainerRun Exposing(string id, int ports) =>
            RunScene.Run(id, "true") with { Expose = Expose.List([.. Enumerable.Range(8000, ports).Select(static port => new ExposedPort(port))]) };
        // As its literals may have made it: a definition that says so itself is refused when it is posted.
        await using var scene = new RunScene(podman, RunScene.Job(Exposing("first", 200), Exposing("second", 100)));

        (await scene.ExecuteAsync()).Reason.ShouldBe(EndReason.OperationFailed);

        (await scene.LinesAsync(LogKind.Error)).ShouldContain(line => line.StartsWith("The operation second could not be begun", StringComparison.Ordinal) && line.Contains("more than 256", StringComparison.Ordinal));
        scene.Context.Services.Reports!.Count.ShouldBe(200);
    }

    [Fact]
    public async Task An_http_check_passes_with_the_status_that_it_expects_and_no_other()
    {
        await using var scene = Scene(
            Server,
            new ExposedPort(8080) { HealthChecks = [new HttpCheck("/ready"), new HttpCheck("/missing") { ExpectedStatus = 404 }] },
            new ExposedPort(8081) { HealthChecks = [new HttpCheck("/")] });
        var running = scene.ExecuteAsync();
        await UntilAsync(scene, 8080, EndpointStatus.Online);
        // Nobody listens there.
        await UntilAsync(scene, 8081, EndpointStatus.Offline);
        scene.Execution.Stop(Halt.StoppedByOwner);
        await running;
    }

    [Fact]
    public async Task A_check_that_hangs_has_failed()
    {
        // Takes the request and never says a word.
        const string hanging = "mkdir -p /www/cgi-bin; printf '#!/bin/sh\\nsleep 1000\\n' >/www/cgi-bin/hang; chmod +x /www/cgi-bin/hang; httpd -f -p 8080 -h /www";
        await using var scene = Scene(hanging, 8080);
        var running = scene.ExecuteAsync();
        var exposed = await ExposedAsync(scene);
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider { AutoAdvanceAmount = TimeSpan.Zero };
        var dialler = new ContainerDialler(podman.Engine, scene.Identity.Container(0), TimeProvider.System);
        using var http = Invoker(exposed);
        var probe = new HealthProbe(dialler, http, clock);
        await UntilItListensAsync(dialler);

        var check = probe.PassesAsync(8080, [new HttpCheck("/cgi-bin/hang")], TestContext.Current.CancellationToken);
        check.IsCompleted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(5));
        (await check.WaitAsync(Limit, TestContext.Current.CancellationToken)).ShouldBeFalse();

        scene.Execution.Stop(Halt.StoppedByOwner);
        await running;
    }

    [Fact]
    public async Task Only_the_ports_that_the_definition_exposes_are_found()
    {
        await using var scene = Scene(Server, 8080);
        var running = scene.ExecuteAsync();
        await ExposedAsync(scene);
        scene.Context.Services.Find(0, 22).ShouldBeNull();
        scene.Context.Services.Find(1, 8080).ShouldBeNull();
        scene.Execution.Stop(Halt.StoppedByOwner);
        await running;
    }

    private RunScene Scene(string command, params Exposure[] ports) =>
        new(
            podman,
            RunScene.Job(new ContainerRun("web") { Image = SampleImage.Name, Cmd = command, Expose = Expose.List(ports) }),
            RunScene.NewSettings() with { StopGrace = TimeSpan.FromSeconds(1) });

    private static Task<ExposedOperation> ExposedAsync(RunScene scene) =>
        EventuallyAsync(() => Task.FromResult(scene.Context.Services.Find(0, 8080)));

    private static async Task UntilAsync(RunScene scene, int port, EndpointStatus status) =>
        await EventuallyAsync(() => Task.FromResult(scene.Context.Services.Reports?.FirstOrDefault(report => report == new ServiceReport(0, port, status))));

    private static async Task UntilItListensAsync(ContainerDialler dialler) => await EventuallyAsync(async () =>
    {
        try
        {
            await using var stream = await dialler.DialAsync(8080, TestContext.Current.CancellationToken);
            return "listens";
        }
        catch (IOException)
        {
            return null; // Not yet.
        }
    });

    private static async Task<T> EventuallyAsync<T>(Func<Task<T?>> look)
        where T : class
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            if (await look() is { } found)
                return found;
            await pause.WaitForNextTickAsync(limit.Token);
        }
    }

    private static async Task<(HttpStatusCode Status, string Body)> GetAsync(ExposedOperation exposed, string path)
    {
        using var http = Invoker(exposed);
        using var request = new HttpRequestMessage(HttpMethod.Get, ContainerDialler.Url("http", 8080, path));
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static HttpMessageInvoker Invoker(ExposedOperation exposed) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (context, cancellation) => (await exposed.TryDialAsync(context.DnsEndPoint.Port, cancellation)).ShouldNotBeNull(),
    });
}
