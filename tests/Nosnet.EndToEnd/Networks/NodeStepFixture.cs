using Nosnet.Client;
using Nosnet.Node;

namespace Nosnet.EndToEnd;

/// <summary>A network whose one node reaches its server and its engine through passages.</summary>
public sealed class NodeStepFixture(EngineFixture engine) : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("nosnet-").FullName;
    private LiveNetwork _network = null!;
    private int _number;

    internal Passage Server { get; private set; } = null!;

    internal Passage Engine { get; private set; } = null!;

    internal NosnetProcess Node { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _network = await LiveNetwork.StartAsync(engine);
        Server = Passage.ToServer(_network.Url);
        Engine = Passage.ToEngine(engine.DockerHost, Path.Combine(_directory, "engine.sock"));
        await StartNodeAsync();
    }

    internal async Task StartNodeAsync() => Node = await _network.StartNodeAsync("node", slots: 1, Server, Engine);

    internal Task<JobHandle> PostAsync() => _network.PostAsync(CountedJob.Definition(++_number));

    /// <summary>Looks at the job that was posted last, and for what may be left of it.</summary>
    internal async Task ShouldEndWellAsync(JobHandle job, string moment)
    {
        await CountedJob.ShouldEndWellAsync(job, _number, moment);
        await _network.UntilNothingIsLeftAsync();
    }

    internal Task UntilMadeAsync(EngineObjectKind kind) => _network.UntilMadeAsync(kind);

    public async ValueTask DisposeAsync()
    {
        await _network.DisposeAsync();
        await Server.DisposeAsync();
        await Engine.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
