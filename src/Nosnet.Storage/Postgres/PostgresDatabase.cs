using System.Net.Sockets;
using Nosnet.Engine;
using Npgsql;

namespace Nosnet.Storage;

/// <summary>A PostgreSQL database and the ways it is connected to: every commit synced to disk before it returns.</summary>
internal sealed class PostgresDatabase : IDisposable
{
    // Synchronous commits whatever the database's default is; and the far side of a connection whose machine is gone shall notice
    // in seconds, because it may hold the writer's lock.
    private const string Settings =
        "-c synchronous_commit=on -c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3 -c idle_in_transaction_session_timeout=30000";

    private const int ConnectSeconds = 5;

    private readonly string _lane;

    /// <exception cref="StoreException">The text is no connection string.</exception>
    public PostgresDatabase(string connectionString)
    {
        try
        {
            var wanted = new NpgsqlConnectionStringBuilder(connectionString);
            if (wanted.Host is null || wanted.Database is null)
                throw new ArgumentException("It has to name a Host and a Database.");
            wanted.Timeout = Math.Min(wanted.Timeout, ConnectSeconds);
            wanted.IncludeErrorDetail = false;
            wanted.Options = wanted.Options is { } others ? $"{others} {Settings}" : Settings;
            // Plans of statements prepared while a table is small would be kept when it no longer is: these are planned each time.
            var pooled = new NpgsqlConnectionStringBuilder(wanted.ConnectionString)
            {
                MaxAutoPrepare = 100,
                AutoPrepareMinUsages = 2,
                Options = wanted.Options + " -c plan_cache_mode=force_custom_plan",
            };
            Pool = NpgsqlDataSource.Create(pooled);
            wanted.Pooling = false;
            wanted.ApplicationName ??= "nosnet";
            _lane = wanted.ConnectionString;
        }
        catch (Exception failure) when (failure is ArgumentException or FormatException or KeyNotFoundException)
        {
            throw new StoreException(
                $"The store is named by a PostgreSQL connection string, such as \"Host=db.example;Database=nosnet;Username=nosnet;Password=…\". {failure.Message}", failure);
        }
    }

    /// <summary>Connections for reading and for content.</summary>
    public NpgsqlDataSource Pool { get; }

    /// <summary>A connection of its own, for whoever keeps it.</summary>
    public NpgsqlConnection Connect()
    {
        var connection = new NpgsqlConnection(_lane);
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public async Task<NpgsqlConnection> ConnectAsync(CancellationToken cancellation)
    {
        var connection = new NpgsqlConnection(_lane);
        try
        {
            await connection.OpenAsync(cancellation).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Whether a failure means that the database cannot serve now, rather than that it refused what it was asked.</summary>
    public static bool IsOutage(Exception failure) => failure switch
    {
        // It ended the connection (it shuts down, or starts), or has no room or no connection left.
        PostgresException refused => refused.InvariantSeverity is "FATAL" or "PANIC" || refused.SqlState.StartsWith("53", StringComparison.Ordinal),
        NpgsqlException or SocketException or IOException or TimeoutException => true,
        _ => false,
    };

    public static StoreUnavailableException Unavailable(Exception cause) => new(cause is PostgresException { SqlState: PostgresErrorCodes.DiskFull }
        ? "The disk of the database is full, so nothing can be written. Try again when its operator has made room."
        : "The database cannot be reached now. Try again in a moment.", cause);

    public void Dispose() => Pool.Dispose();
}
