using Microsoft.Extensions.Logging.Abstractions;
using Nosnet.Node;

[assembly: AssemblyFixture(typeof(Nosnet.EndToEnd.EngineFixture))]

namespace Nosnet.EndToEnd;

/// <summary>A container engine that outlives the nodes under test, with the sample image.</summary>
public sealed class EngineFixture : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("nosnet-").FullName;
    private LocatedEngine? _located;

    /// <summary>What <c>DOCKER_HOST</c> has to say to find it.</summary>
    public string DockerHost => $"unix://{_located!.Endpoint}".Replace("unix://unix://", "unix://", StringComparison.Ordinal);

    public IContainerEngine Engine => _located!.Engine;

    public async ValueTask InitializeAsync()
    {
        _located = await new EngineLocator(TimeProvider.System, NullLoggerFactory.Instance).LocateAsync(
            EngineSearch.OnThisMachine(_directory), TestContext.Current.CancellationToken);
        await new SampleImage(Engine, TimeProvider.System).EnsureAsync(_ => { }, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_located is not null)
            await _located.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
