using Nosnet.Engine;
using Nosnet.Storage;

namespace Nosnet.Simulation;

/// <summary>What outlives the server: a store's files or, in memory, its tables.</summary>
internal sealed class Disk(bool isReal) : IDisposable
{
    private readonly Tables _tables = new();
    private readonly string? _directory = isReal ? Directory.CreateTempSubdirectory("nosnet-").FullName : null;

    public ILaneStore Open()
    {
        if (_directory is null)
            return new MemoryLaneStore(_tables);
        var stores = SqliteStores.Open(_directory);
        stores.Read.Dispose();
        stores.Content.Dispose();
        return stores.TryOpenLane()!;
    }

    public void Dispose()
    {
        if (_directory is not null)
            Directory.Delete(_directory, recursive: true);
    }
}
