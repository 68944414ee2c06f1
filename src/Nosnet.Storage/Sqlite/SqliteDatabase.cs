using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Nosnet.Storage;

/// <summary>A database file and the way it is opened: write-ahead log, every commit synced to disk before it returns.</summary>
internal sealed class SqliteDatabase(string path)
{
    /// <summary>Every connection here is used by one thread at a time, and nobody asks how much memory SQLite has: so it takes no locks for either.</summary>
    static SqliteDatabase()
    {
        Batteries_V2.Init();
        _ = raw.sqlite3_config(raw.SQLITE_CONFIG_MULTITHREAD);
        _ = raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0);
    }

    public string Path => path;

    public SqliteConnection OpenWriter(IReadOnlyList<string> migrations)
    {
        SqliteConnection? connection = null;
        try
        {
            CreateForItsOwner();
            connection = Open(SqliteOpenMode.ReadWrite);
            // A larger cache fills with whatever a long queue holds and makes nothing faster; the lane moves its log by itself (SqliteCheckpoints).
            Execute(connection, """
                PRAGMA journal_mode = WAL;
                PRAGMA synchronous = FULL;
                PRAGMA wal_autocheckpoint = 4000;
                PRAGMA cache_size = -32768;
                PRAGMA busy_timeout = 10000;
                """);
            Schema.Migrate(connection, migrations);
            return connection;
        }
        catch (Exception failure) when (failure is SqliteException or IOException or UnauthorizedAccessException)
        {
            connection?.Dispose();
            throw new StoreException($"{path} cannot be opened: {failure.Message.TrimEnd('.')}. Check that it is a nosnet database and that this user may write it.", failure);
        }
    }

    /// <summary>For whoever works on the file beside its writer.</summary>
    public SqliteConnection OpenBeside()
    {
        var connection = Open(SqliteOpenMode.ReadWrite);
        Execute(connection, "PRAGMA synchronous = FULL; PRAGMA busy_timeout = 10000;");
        return connection;
    }

    public SqliteConnection OpenReader()
    {
        var connection = Open(SqliteOpenMode.ReadOnly);
        Execute(connection, "PRAGMA busy_timeout = 10000; PRAGMA query_only = ON;");
        return connection;
    }

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Makes the file where it is not there, closed to other users: SQLite gives its log the mode that the file has.</summary>
    private void CreateForItsOwner()
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(path, options);
    }

    private SqliteConnection Open(SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }
}
