using System.Data;
using System.Globalization;
using Nosnet.Engine;
using Npgsql;

namespace Nosnet.Storage;

/// <summary>
/// The connection of the one server that writes. It holds a lock of the database for as long as it lives, every transaction on it is
/// counted in its epoch's row, and after it was lost the count tells whether the commit that it was lost in happened.
/// </summary>
internal sealed class WriterSession : IDisposable
{
    private static readonly TimeSpan ReconnectTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan TransactionTime = TimeSpan.FromSeconds(20);

    /// <summary>A writer says something every second. One whose process stands still keeps its connection, but not the lock.</summary>
    private static readonly TimeSpan MostSilence = TimeSpan.FromSeconds(10);

    private readonly PostgresDatabase _database;
    private readonly long _epoch;
    private NpgsqlConnection? _connection;

    /// <summary>How many transactions of this epoch are committed, as far as is known.</summary>
    private long _commits;

    /// <summary>The number of the commit that was sent and not answered; 0 where none is in doubt.</summary>
    private long _inDoubt;

    private bool _isOpen;

    /// <summary>The rows in memory may not be those of the database, so nothing is written until they are read anew.</summary>
    private bool _isStale;

    private WriterSession(PostgresDatabase database, NpgsqlConnection connection, long epoch) => (_database, _connection, _epoch) = (database, connection, epoch);

    /// <summary>Whether the commit that failed last is on disk all the same; null where that is not known.</summary>
    public bool? IsLastCommitDurable { get; private set; } = false;

    /// <summary>Begins a new epoch; null where another server holds the lock.</summary>
    public static WriterSession? TryBegin(PostgresDatabase database, string server)
    {
        var connection = database.Connect();
        try
        {
            if (!TryLock(connection))
            {
                connection.Dispose();
                return null;
            }

            using var begin = new NpgsqlCommand(
                """
                WITH before AS (UPDATE writer SET ended = true WHERE NOT ended)
                INSERT INTO writer (epoch, server) SELECT COALESCE(MAX(epoch), 0) + 1, $1 FROM writer RETURNING epoch
                """, connection)
            { Parameters = { new NpgsqlParameter { Value = server } } };
            return new WriterSession(database, connection, (long)begin.ExecuteScalar()!);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The first of the reads with which all rows are read anew.</summary>
    public T ReadAnew<T>(Func<NpgsqlConnection, T> read) => Read(connection =>
    {
        _isStale = false;
        return read(connection);
    });

    /// <summary>Asks whether the lock is still held and whether no other epoch has begun.</summary>
    public void Verify()
    {
        Read(connection =>
        {
            using var command = new NpgsqlCommand("SELECT ended FROM writer WHERE epoch = $1", connection) { Parameters = { new NpgsqlParameter { Value = _epoch } } };
            return command.ExecuteScalar() is false ? true : throw new WriterEndedException();
        });
        if (_isStale)
            throw new StoreUnavailableException("The database was away, and what is in it is read anew. Try again in a moment.");
    }

    public T Read<T>(Func<NpgsqlConnection, T> read)
    {
        try
        {
            return read(Connected());
        }
        catch (Exception failure) when (PostgresDatabase.IsOutage(failure))
        {
            var wasOpen = _isOpen;
            Drop();
            if (wasOpen)
                throw PostgresDatabase.Unavailable(failure);
        }

        try
        {
            // The connection may have been dead for long: a read outside of a transaction may be made again.
            return read(Connected());
        }
        catch (Exception failure) when (PostgresDatabase.IsOutage(failure))
        {
            Drop();
            throw PostgresDatabase.Unavailable(failure);
        }
    }

    /// <summary>Writes into the open transaction, and opens it where it is not.</summary>
    public void Send(List<NpgsqlBatchCommand> commands) => Execute(commands, end: false);

    /// <summary>Writes, and makes the transaction durable.</summary>
    public void Commit(List<NpgsqlBatchCommand> commands)
    {
        IsLastCommitDurable = false;
        Execute(commands, end: true);
        IsLastCommitDurable = true;
    }

    public void Rollback()
    {
        if (!_isOpen || _connection is null)
            return;
        try
        {
            using var rollback = new NpgsqlCommand("ROLLBACK", _connection);
            rollback.ExecuteNonQuery();
            _isOpen = false;
        }
        catch (Exception failure) when (PostgresDatabase.IsOutage(failure))
        {
            // With its connection the transaction is over too.
            Drop();
        }
    }

    /// <summary>Lets go of the lock before the connection, so that the next writer can begin as soon as this returns.</summary>
    public void Dispose()
    {
        try
        {
            if (_connection is not null)
            {
                using var unlock = new NpgsqlCommand("SELECT pg_advisory_unlock_all()", _connection);
                unlock.ExecuteNonQuery();
            }
        }
        catch (NpgsqlException)
        {
            // Within a failed transaction, or on a connection that is gone: its end lets go too.
        }

        Drop();
    }

    private static bool TryLock(NpgsqlConnection connection)
    {
        // PostgreSQL knows the first of these from its version 14 on.
        using var limit = new NpgsqlCommand("SELECT set_config(name, $1, false) FROM pg_settings WHERE name IN ('idle_session_timeout', 'idle_in_transaction_session_timeout')", connection)
        { Parameters = { new NpgsqlParameter { Value = string.Create(CultureInfo.InvariantCulture, $"{MostSilence.TotalMilliseconds}ms") } } };
        limit.ExecuteNonQuery();
        // Named by its table, so that each network of a database has its own.
        using var command = new NpgsqlCommand("SELECT pg_try_advisory_lock('writer'::regclass::oid::bigint)", connection);
        return (bool)command.ExecuteScalar()!;
    }

    private void Execute(List<NpgsqlBatchCommand> commands, bool end)
    {
        var connection = _isOpen ? _connection ?? throw PostgresDatabase.Unavailable(new IOException("The connection was lost within a transaction.")) : Connected();
        if (_isStale)
            throw new StoreUnavailableException("The database was away, and what is in it is read anew. Try again in a moment.");
        using var batch = new NpgsqlBatch(connection) { Timeout = (int)TransactionTime.TotalSeconds };
        if (!_isOpen)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand("BEGIN"));
            batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT count_commit($1, $2)")
            {
                Parameters = { new NpgsqlParameter<long> { TypedValue = _epoch }, new NpgsqlParameter<long> { TypedValue = _commits + 1 } },
            });
        }

        commands.ForEach(batch.BatchCommands.Add);
        if (end)
            batch.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));
        var wasOpen = _isOpen;
        _isOpen = true;
        try
        {
            // Costs a trip only for a statement that this connection has not prepared yet.
            batch.Prepare();
            if (end)
                _inDoubt = _commits + 1;
            batch.ExecuteNonQuery();
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresSchema.FencedState)
        {
            // Another server took over, or the database fell back behind what it had: connecting anew tells which.
            Drop();
            _inDoubt = 0;
            _isStale = true;
            throw new StoreUnavailableException("Another server carries the commands out now. Try again in a moment.", refused);
        }
        catch (PostgresException refused) when (refused.InvariantSeverity is "ERROR")
        {
            // Refused before its COMMIT was reached, so it is known that nothing of it is there; the transaction waits for its end.
            _inDoubt = 0;
            // Npgsql gives a connection up where the database has run out of something.
            if (connection.State is not ConnectionState.Open)
                Drop();
            if (PostgresDatabase.IsOutage(refused))
                throw PostgresDatabase.Unavailable(refused);
            throw;
        }
        catch (Exception failure) when (PostgresDatabase.IsOutage(failure))
        {
            Drop();
            if (_inDoubt != 0)
                IsLastCommitDurable = null;
            throw PostgresDatabase.Unavailable(failure);
        }
        catch
        {
            // Whatever was half sent ends with its connection.
            Drop();
            throw;
        }

        if (!end)
            return;
        _isOpen = false;
        _inDoubt = 0;
        _commits++;
    }

    private NpgsqlConnection Connected()
    {
        if (_connection is { } connected)
            return connected;
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            NpgsqlConnection? connection = null;
            Exception? cause = null;
            try
            {
                connection = _database.Connect();
                if (TryResume(connection))
                    return _connection = connection;
            }
            catch (Exception failure) when (PostgresDatabase.IsOutage(failure))
            {
                cause = failure;
            }
            catch
            {
                connection?.Dispose();
                throw;
            }

            connection?.Dispose();
            if (TimeProvider.System.GetElapsedTime(start) > ReconnectTime)
                throw new StoreUnavailableException("The database cannot be reached now. Try again in a moment.", cause);
            // The lane's own thread, which has nothing else to do.
            Task.Delay(Pause, TimeProvider.System).GetAwaiter().GetResult();
        }
    }

    /// <summary>Takes the lock again: once it is held, the session before is over, and so is whatever it was committing.</summary>
    private bool TryResume(NpgsqlConnection connection)
    {
        var isHeld = TryLock(connection);
        using var command = new NpgsqlCommand("SELECT commits, ended FROM writer WHERE epoch = $1", connection) { Parameters = { new NpgsqlParameter { Value = _epoch } } };
        long commits;
        bool isEnded;
        using (var reader = command.ExecuteReader())
        {
            // A database that was restored to before this epoch knows nothing of it.
            (commits, isEnded) = reader.Read() ? (reader.GetInt64(0), reader.GetBoolean(1)) : (-1, true);
        }

        if (!isHeld && !isEnded)
            return false;
        if (_inDoubt != 0)
            IsLastCommitDurable = commits >= _inDoubt;
        _isStale |= commits != _commits;
        _inDoubt = 0;
        if (isEnded)
            throw new WriterEndedException();
        _commits = commits;
        return true;
    }

    private void Drop()
    {
        _isOpen = false;
        _connection?.Dispose();
        _connection = null;
    }
}
