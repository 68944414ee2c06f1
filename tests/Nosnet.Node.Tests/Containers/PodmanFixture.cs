using System.Runtime.Versioning;
using Microsoft.Extensions.Logging.Abstractions;

[assembly: SupportedOSPlatform("linux")]
[assembly: AssemblyFixture(typeof(Nosnet.Node.Tests.PodmanFixture))]

namespace Nosnet.Node.Tests;

/// <summary>Podman as a node would start it on this machine, with the sample image, for all tests of the assembly.</summary>
public sealed class PodmanFixture : IAsyncLifetime
{
    private LocatedEngine? _located;

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("nosnet-").FullName;

    public TestRegistry Registry { get; } = new();

    public LocatedEngine Located => _located!;

    public IContainerEngine Engine => Located.Engine;

    public async ValueTask InitializeAsync()
    {
        await Registry.StartAsync();
        var registries = Path.Combine(Directory, "registries.conf");
        await File.WriteAllTextAsync(registries, $"[[registry]]\nlocation = \"{Registry.Host}\"\ninsecure = true\n");
        var search = new EngineSearch
        {
            Podman = EngineSearch.OnThisMachine(Directory).Podman,
            ServiceDirectory = Directory,
            ServiceEnvironment = new Dictionary<string, string> { ["CONTAINERS_REGISTRIES_CONF"] = registries },
        };
        _located = await new EngineLocator(
            TimeProvider.System, NullLoggerFactory.Instance).LocateAsync(search, TestContext.Current.CancellationToken);
        await new SampleImage(Engine, TimeProvider.System).EnsureAsync(_ => { }, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_located is not null)
            await _located.DisposeAsync();
        await Registry.DisposeAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
    }
}
