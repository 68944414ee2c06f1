using Nosnet.Engine;
using Npgsql;

namespace Nosnet.Storage;

/// <summary>The stores of a network in a PostgreSQL database, which several servers may share: one of them writes at a time.</summary>
public sealed class PostgresStores : INetworkStores, IDisposable
{
    private readonly PostgresDatabase _database;
    private readonly PostgresPeers _peers;

    private PostgresStores(PostgresDatabase database)
    {
        _database = database;
        Read = new PostgresReadStore(database);
        Content = new PostgresContentStore(database);
        Secrets = new PostgresSecretStore(database);
        Webhooks = new PostgresWebhookStore(database);
        _peers = new PostgresPeers(database);
    }

    public IReadStore Read { get; }
    public IContentStore Content { get; }
    public ISecretStore Secrets { get; }
    public IWebhookStore Webhooks { get; }
    public IPeers Peers => _peers;

    /// <summary>Connects to a database that exists, and brings its tables up to date.</summary>
    /// <exception cref="StoreException">It cannot be used, or a newer version wrote it.</exception>
    public static PostgresStores Open(string connectionString)
    {
        var database = new PostgresDatabase(connectionString);
        try
        {
            using var connection = database.Connect();
            PostgresSchema.Migrate(connection);
            return new PostgresStores(database);
        }
        catch (Exception failure)
        {
            database.Dispose();
            if (failure is PostgresException || PostgresDatabase.IsOutage(failure))
                throw new StoreException(
                    $"The PostgreSQL database cannot be opened: {failure.Message.TrimEnd('.')}. Check that it exists, that it can be reached from here, and that its user may make tables in it.", failure);
            throw;
        }
    }

    public ILaneStore? TryOpenLane() => PostgresLaneStore.TryOpen(_database, _peers);

    public void Dispose() => _database.Dispose();
}
