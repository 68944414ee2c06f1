namespace Nosnet.Storage.Tests;

/// <summary>Tests of what every store has to do that begin with a new network of their own.</summary>
public abstract class StoresFixture : IAsyncLifetime
{
    private protected static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_123);

    private readonly string? _directory;
    private readonly PostgresCluster? _cluster;
    private OpenStores? _stores;

    /// <param name="cluster">Where the network is on PostgreSQL; null: it is on SQLite, in a directory of its own.</param>
    private protected StoresFixture(PostgresCluster? cluster)
    {
        _cluster = cluster;
        _directory = cluster is null ? Directory.CreateTempSubdirectory("nosnet-").FullName : null;
    }

    private protected OpenStores Stores => _stores!;

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        _stores = new OpenStores(_cluster is null ? SqliteStores.Open(_directory!) : PostgresStores.Open(await _cluster.NewDatabaseAsync()));

    public ValueTask DisposeAsync()
    {
        _stores?.Dispose();
        if (_directory is not null)
            Directory.Delete(_directory, recursive: true);
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
