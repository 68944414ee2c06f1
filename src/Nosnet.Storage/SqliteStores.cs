namespace Nosnet.Storage;

/// <summary>The stores of a network in a data directory. The lane's store is opened first: it makes and migrates the files.</summary>
public sealed class SqliteStores
{
    private SqliteStores(SqliteLaneStore lane, SqliteReadStore read, SqliteContentStore content) => (Lane, Read, Content) = (lane, read, content);

    public SqliteLaneStore Lane { get; }
    public SqliteReadStore Read { get; }
    public SqliteContentStore Content { get; }

    /// <summary>Opens the stores of a directory that exists, and makes those that do not.</summary>
    /// <exception cref="StoreException">A file cannot be opened, or a newer version wrote it.</exception>
    public static SqliteStores Open(string directory)
    {
        var network = new SqliteDatabase(Path.Combine(directory, "network.db"));
        var content = new SqliteDatabase(Path.Combine(directory, "content.db"));
        return new SqliteStores(new SqliteLaneStore(network), new SqliteReadStore(network), new SqliteContentStore(content));
    }
}
