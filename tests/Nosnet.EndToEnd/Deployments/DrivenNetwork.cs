using Nosnet.Client;
using Nosnet.Protocol;
using Nosnet.Server;

namespace Nosnet.EndToEnd;

/// <summary>A server whose clock is driven, and a node of its own process, on which time and containers go on as ever.</summary>
internal sealed class DrivenNetwork : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly string _directory = Directory.CreateTempSubdirectory("nosnet-").FullName;
    private readonly LeapingClock _clock = new();
    private readonly List<DeploymentHandle> _deployments = [];
    private NosnetServer _server = null!;
    private NosnetProcess _node = null!;

    public NosanaClient Client { get; private set; } = null!;
    public Uri Url => new(_server.Url);

    public static async Task<DrivenNetwork> StartAsync(EngineFixture engine)
    {
        var network = new DrivenNetwork();
        network._server = await NosnetServer.StartAsync(new ServerOptions
        {
            DataDirectory = Path.Combine(network._directory, "server"),
            Urls = ["http://127.0.0.1:0"],
            OperatorKey = LiveNetwork.ApiKey,
            Time = network._clock,
        });
        network.Client = new NosanaClient(new() { ApiKey = LiveNetwork.ApiKey, BaseUrl = network.Url });
        network._node = NosnetProcess.Start(
            ["node", "start", "--url", network._server.Url, "--data", Path.Combine(network._directory, "node"), "--name", "node", "--market", "default", "--slots", "2"],
            new Dictionary<string, string> { ["NOSANA_API_KEY"] = LiveNetwork.ApiKey, ["DOCKER_HOST"] = engine.DockerHost });
        await network._node.LineAsync("waits for jobs");
        return network;
    }

    /// <summary>Creates a deployment that goes on for ever, and starts it. Its jobs are replaced as early as it is allowed.</summary>
    public async Task<DeploymentHandle> DeployAsync(JobDefinition definition)
    {
        var created = await Client.Deployments.CreateAsync(
            new CreateDeployment("web", MarketAddress.Parse(LiveNetwork.GuideMarket), definition)
            {
                Strategy = DeploymentStrategy.Infinite,
                Timeout = TimeSpan.FromMinutes(60),
                RotationTime = TimeSpan.FromMinutes(49),
                Autostart = true,
            });
        var deployment = Client.Deployments.Handle(created.Address);
        _deployments.Add(deployment);
        return deployment;
    }

    /// <summary>Waits until a deployment answers.</summary>
    /// <returns>Its URL, without a slash at the end.</returns>
    public static async Task<string> OnlineAsync(DeploymentHandle deployment)
    {
        await UntilAsync("it is online", async limit => (await deployment.GetAsync(limit)).Endpoints.All(e => e.Status is EndpointStatus.Online));
        return (await deployment.GetAsync()).Endpoints[0].Url.TrimEnd('/');
    }

    /// <summary>Sets the clock to when its job is to be replaced.</summary>
    public async Task RotateAsync(DeploymentHandle deployment)
    {
        DeploymentTask? planned = null;
        await UntilAsync("a replacement is planned", async limit => (planned = await deployment.TasksAsync().FirstOrDefaultAsync(t => t.Kind is DeploymentTaskKind.List, limit)) is not null);
        _clock.LeapTo(planned!.DueAt!.Value);
    }

    /// <summary>Waits until so many of its jobs were told to stop.</summary>
    public static Task StoppedAsync(DeploymentHandle deployment, int jobs) =>
        UntilAsync("the job is told to stop", async limit => await deployment.EventsAsync().CountAsync(e => e.Type == "JOB_STOPPED_CONFIRMED", limit) == jobs);

    /// <summary>Waits until so many of its jobs have ended.</summary>
    public static Task EndedAsync(DeploymentHandle deployment, int jobs) =>
        UntilAsync("the job has ended", async limit => await deployment.JobsAsync().CountAsync(j => j.EndedAt is not null, limit) == jobs);

    public async ValueTask DisposeAsync()
    {
        foreach (var deployment in _deployments)
        {
            await deployment.StopAsync();
            await UntilAsync("it is stopped", async limit => (await deployment.GetAsync(limit)).Status is DeploymentStatus.Stopped);
        }

        await _server.DisposeAsync();
        await _node.DisposeAsync();
        Client.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static async Task UntilAsync(string what, Func<CancellationToken, Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        try
        {
            while (!await condition(limit.Token))
                await pause.WaitForNextTickAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"It never came to it that {what}.");
        }
    }
}
