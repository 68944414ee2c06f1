using System.Net.Sockets;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.EndToEnd;

/// <summary>The tests that share one service: one after the other, since some of them start its node again.</summary>
[CollectionDefinition(Name)]
public sealed class ServiceTests : ICollectionFixture<ServiceFixture>
{
    public const string Name = "one service";
}

/// <summary>A network with a node on which the test service runs, reached as browsers reach it: by its own host name.</summary>
public sealed class ServiceFixture(EngineFixture engine) : IAsyncLifetime
{
    private const int Slots = 4;
    private static readonly HttpCheck Check = new("/health") { Continuous = true };
    private LiveNetwork _network = null!;
    private NosnetProcess _node = null!;

    public static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public JobHandle Job { get; private set; } = null!;

    /// <summary>The service's URL, without a slash at the end.</summary>
    public string Url { get; private set; } = "";

    public HttpClient Http { get; private set; } = null!;

    public HttpMessageInvoker Sockets { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await ServiceImage.EnsureAsync(engine.Engine, CancellationToken.None);
        _network = await LiveNetwork.StartAsync(engine);
        _node = await _network.StartNodeAsync("node", Slots);
        var handler = HandlerTo(new Uri(_network.Url));
        Sockets = new HttpMessageInvoker(handler);
        Http = new HttpClient(handler);
        (Job, Url) = await ServeAsync(new ContainerRun("service")
        {
            Image = ServiceImage.Name,
            Expose = new ExposedPort(8080) { HealthChecks = [Check] },
        });
    }

    /// <summary>A command that goes on until it is told to stop, and then ends at once; what is the first process of a container ignores that by itself.</summary>
    public static string UntilStopped(string command) => $"trap 'exit 0' TERM; {command}; sleep 100000 & wait";

    /// <summary>Reaches a server under the host name of any service.</summary>
    public static SocketsHttpHandler HandlerTo(Uri server) => new()
    {
        // Not every machine's resolver knows that all of *.localhost is this machine.
        ConnectCallback = async (_, cancellation) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(server.Host, server.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
        UseProxy = false,
    };

    /// <summary>All that the server and the node have printed.</summary>
    public string Printed => _network.Server.Output + _node.Output;

    public Task<JobHandle> PostAsync(JobDefinition definition) => _network.PostAsync(definition);

    /// <summary>Tells the node to end, as its supervisor would, and starts it again as soon as it has.</summary>
    /// <param name="ending">Called when it was told.</param>
    public async Task RestartNodeAsync(Action? ending = null)
    {
        var stopping = _node.StopAsync();
        ending?.Invoke();
        await stopping;
        _node = await _network.StartNodeAsync("node", Slots);
    }

    /// <summary>Posts a job and waits until what it exposes is online.</summary>
    public async Task<(JobHandle Job, string Url)> ServeAsync(ContainerRun operation)
    {
        var job = await PostAsync(new JobDefinition { Ops = [operation] });
        var seen = await LiveNetwork.UntilAsync(job, j => j.HasEnded || j.Endpoints.Any(e => e.Status is EndpointStatus.Online));
        seen.HasEnded.ShouldBeFalse($"{seen.EndReason}");
        return (job, seen.Endpoints[0].Url);
    }

    public async ValueTask DisposeAsync()
    {
        await Job.StopAsync();
        await LiveNetwork.UntilAsync(Job, j => j.HasEnded);
        Http.Dispose();
        Sockets.Dispose();
        await _network.DisposeAsync();
        await engine.Engine.RemoveImageAsync(ServiceImage.Name, CancellationToken.None);
    }
}
