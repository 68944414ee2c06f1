using Microsoft.Data.Sqlite;

namespace Nosnet.Storage;

/// <summary>The migrations of a database file: numbered, forward only, each applied once and in its own transaction.</summary>
internal static class Schema
{
    /// <summary>
    /// The network's rows. Keys are sequential and few indexes stand beside them: a random index on the hot path costs more than all
    /// the rest. Queues and runs are partial indexes, so they hold only what waits or runs.
    /// </summary>
    public static readonly IReadOnlyList<string> Network =
    [
        """
        CREATE TABLE account (
          key INTEGER PRIMARY KEY,
          address BLOB NOT NULL UNIQUE,
          role INTEGER NOT NULL,
          name TEXT NOT NULL,
          created_at INTEGER NOT NULL,
          available INTEGER NOT NULL,
          reserved INTEGER NOT NULL,
          earned INTEGER NOT NULL,
          issued INTEGER NOT NULL,
          assigned INTEGER NOT NULL,
          jobs INTEGER NOT NULL,
          last_job INTEGER NOT NULL,
          last_entry_height INTEGER NOT NULL,
          last_entry_index INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE api_key (
          key INTEGER PRIMARY KEY,
          hash BLOB NOT NULL UNIQUE,
          account INTEGER NOT NULL,
          name TEXT NOT NULL,
          scopes TEXT NOT NULL,
          created_at INTEGER NOT NULL,
          expires_at INTEGER
        ) STRICT;
        CREATE INDEX api_key_account ON api_key (account);

        CREATE TABLE market (
          key INTEGER PRIMARY KEY,
          address BLOB NOT NULL UNIQUE,
          slug TEXT NOT NULL UNIQUE,
          name TEXT NOT NULL,
          reward_per_hour INTEGER NOT NULL,
          fee_basis_points INTEGER NOT NULL,
          max_timeout_seconds INTEGER NOT NULL,
          queue_expiry_seconds INTEGER NOT NULL,
          gpu_types TEXT NOT NULL,
          required_images TEXT NOT NULL,
          open INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE node (
          key INTEGER PRIMARY KEY,
          address BLOB NOT NULL UNIQUE,
          account INTEGER NOT NULL,
          name TEXT NOT NULL,
          registered_at INTEGER NOT NULL,
          market INTEGER NOT NULL,
          slots INTEGER NOT NULL,
          running INTEGER NOT NULL,
          waiting_since INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE job (
          key INTEGER PRIMARY KEY,
          account INTEGER NOT NULL,
          market INTEGER NOT NULL,
          state INTEGER NOT NULL,
          reason INTEGER,
          node INTEGER NOT NULL,
          wanted_node INTEGER NOT NULL,
          epoch INTEGER NOT NULL,
          lost_runs INTEGER NOT NULL,
          stop_requested INTEGER NOT NULL,
          price_per_hour INTEGER NOT NULL,
          fee_basis_points INTEGER NOT NULL,
          timeout_seconds INTEGER NOT NULL,
          reserved INTEGER NOT NULL,
          settled INTEGER NOT NULL,
          posted_at INTEGER NOT NULL,
          queued_until INTEGER NOT NULL,
          assigned_at INTEGER,
          started_at INTEGER,
          ended_at INTEGER,
          previous_of_account INTEGER NOT NULL,
          last_entry_height INTEGER NOT NULL,
          last_entry_index INTEGER NOT NULL,
          definition BLOB NOT NULL,
          result BLOB
        ) STRICT;
        CREATE INDEX job_queue ON job (market, key) WHERE state = 0;
        CREATE INDEX job_run ON job (node) WHERE state = 1;

        CREATE TABLE block (
          height INTEGER PRIMARY KEY,
          previous BLOB NOT NULL,
          root BLOB NOT NULL,
          at INTEGER NOT NULL,
          signature BLOB NOT NULL,
          entries BLOB NOT NULL
        ) STRICT;
        """,
    ];

    /// <summary>The content store, in a file of its own: large blocks shall not swell the network's log.</summary>
    public static readonly IReadOnlyList<string> Content =
    [
        """
        CREATE TABLE block (
          digest BLOB PRIMARY KEY,
          bytes BLOB NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE pin (
          root BLOB PRIMARY KEY,
          account INTEGER NOT NULL,
          size INTEGER NOT NULL,
          at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """,
    ];

    /// <summary>Brings a database up to date.</summary>
    /// <exception cref="StoreException">A newer version wrote it.</exception>
    public static void Migrate(SqliteConnection connection, IReadOnlyList<string> migrations)
    {
        var version = (int)(long)Scalar(connection, "PRAGMA user_version")!;
        if (version > migrations.Count)
            throw new StoreException(
                $"{connection.DataSource} was written by a newer version of nosnet (schema {version}, this version knows {migrations.Count}). Start that version, or name another data directory.");
        for (; version < migrations.Count; version++)
        {
            using var transaction = connection.BeginTransaction();
            using var command = connection.CreateCommand();
            command.Transaction = transaction;
            command.CommandText = migrations[version] + $"PRAGMA user_version = {version + 1};";
            command.ExecuteNonQuery();
            transaction.Commit();
        }
    }

    private static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
