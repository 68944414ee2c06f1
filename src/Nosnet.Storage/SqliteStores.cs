using Nosnet.Engine;

namespace Nosnet.Storage;

/// <summary>The stores of a network in a data directory. The lane's store is opened first: it makes and migrates the files.</summary>
public sealed class SqliteStores : INetworkStores
{
    private SqliteLaneStore? _lane;

    private SqliteStores(SqliteLaneStore lane, SqliteReadStore read, SqliteContentStore content, SqliteSecretStore secrets, SqliteWebhookStore webhooks) =>
        (_lane, Read, Content, Secrets, Webhooks) = (lane, read, content, secrets, webhooks);

    public IReadStore Read { get; }
    public IContentStore Content { get; }
    public ISecretStore Secrets { get; }
    public IWebhookStore Webhooks { get; }

    /// <summary>One process alone.</summary>
    public IPeers? Peers => null;

    /// <summary>Opens the stores of a directory that exists, and makes those that do not.</summary>
    /// <exception cref="StoreException">A file cannot be opened, or a newer version wrote it.</exception>
    public static SqliteStores Open(string directory)
    {
        var network = new SqliteDatabase(Path.Combine(directory, "network.db"));
        var content = new SqliteDatabase(Path.Combine(directory, "content.db"));
        var secrets = new SqliteDatabase(Path.Combine(directory, "secrets.db"));
        var webhooks = new SqliteDatabase(Path.Combine(directory, "webhooks.db"));
        var recent = new RecentJobs();
        return new SqliteStores(
            new SqliteLaneStore(network, recent), new SqliteReadStore(network, recent), new SqliteContentStore(content), new SqliteSecretStore(secrets), new SqliteWebhookStore(webhooks));
    }

    /// <summary>The directory is held by one process, so it writes: the first to ask.</summary>
    public ILaneStore? TryOpenLane() => Interlocked.Exchange(ref _lane, null);
}
