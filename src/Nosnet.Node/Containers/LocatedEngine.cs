namespace Nosnet.Node;

/// <summary>A container engine that answered, and what has to be stopped when it is no longer needed.</summary>
public sealed class LocatedEngine : IAsyncDisposable
{
    private readonly IAsyncDisposable? _service;

    internal LocatedEngine(IContainerEngine engine, EngineVersion version, EngineEndpoint endpoint, IAsyncDisposable? service)
    {
        Engine = engine;
        Version = version;
        Endpoint = endpoint;
        _service = service;
    }

    /// <summary>The engine.</summary>
    public IContainerEngine Engine { get; }

    /// <summary>Who it is.</summary>
    public EngineVersion Version { get; }

    /// <summary>Where it answers.</summary>
    public EngineEndpoint Endpoint { get; }

    /// <summary>Who it is and how it came about, for people.</summary>
    public string Description => $"{Version.Name} {Version.Version} {(_service is null ? $"at {Endpoint}" : "started by this node")}";

    /// <summary>Stops the service where it is ours. Containers that run go on running.</summary>
    public async ValueTask DisposeAsync()
    {
        Engine.Dispose();
        if (_service is not null)
            await _service.DisposeAsync().ConfigureAwait(false);
    }
}
