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
        // Appended in order of time, so that what is too old goes from the front.
        """
        CREATE TABLE answer (
          key INTEGER PRIMARY KEY,
          id BLOB NOT NULL UNIQUE,
          request BLOB NOT NULL,
          at INTEGER NOT NULL,
          status INTEGER NOT NULL,
          body BLOB NOT NULL
        ) STRICT;
        """,
        // What a machine is and what a job asks of it; when a stop was asked for; and an API key's number is never given twice.
        """
        ALTER TABLE node ADD COLUMN hardware TEXT;
        ALTER TABLE node ADD COLUMN policy TEXT;
        ALTER TABLE node ADD COLUMN drain INTEGER NOT NULL DEFAULT 0;

        ALTER TABLE job ADD COLUMN avoided_node INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE job ADD COLUMN requirements TEXT;
        ALTER TABLE job ADD COLUMN stop_requested_at INTEGER;
        UPDATE job SET stop_requested_at = COALESCE(ended_at, unixepoch() * 1000) WHERE stop_requested <> 0;
        ALTER TABLE job DROP COLUMN stop_requested;

        CREATE TABLE numbered_api_key (
          key INTEGER PRIMARY KEY AUTOINCREMENT,
          hash BLOB NOT NULL UNIQUE,
          account INTEGER NOT NULL,
          name TEXT NOT NULL,
          scopes TEXT NOT NULL,
          created_at INTEGER NOT NULL,
          expires_at INTEGER
        ) STRICT;
        INSERT INTO numbered_api_key SELECT key, hash, account, name, scopes, created_at, expires_at FROM api_key;
        DROP TABLE api_key;
        ALTER TABLE numbered_api_key RENAME TO api_key;
        CREATE INDEX api_key_account ON api_key (account);
        """,
        // The operator's keys that may do everything go on to: the scope secrets:manage is new.
        """
        UPDATE api_key SET scopes = scopes || char(10) || 'secrets:manage'
        WHERE account = 2 AND (length(scopes) - length(replace(scopes, char(10), ''))) = 6;
        """,
        // What accounts and API keys may hold and spend, and what they do.
        """
        ALTER TABLE account ADD COLUMN cap_reserved INTEGER;
        ALTER TABLE account ADD COLUMN cap_day INTEGER;
        ALTER TABLE account ADD COLUMN cap_job INTEGER;
        ALTER TABLE account ADD COLUMN spent_day INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE account ADD COLUMN spent INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE api_key ADD COLUMN has_budget INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE job ADD COLUMN budget INTEGER NOT NULL DEFAULT 0;

        CREATE TABLE budget (
          key INTEGER PRIMARY KEY,
          cap_reserved INTEGER,
          cap_day INTEGER,
          cap_job INTEGER,
          reserved INTEGER NOT NULL,
          spent_day INTEGER NOT NULL,
          spent INTEGER NOT NULL
        ) STRICT;
        """,
        // Deployments, what they are to do and what happened to them. A job knows the one that posted it, and others pay nothing for that.
        """
        ALTER TABLE job ADD COLUMN deployment INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE job ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE job ADD COLUMN ready_at INTEGER;
        CREATE INDEX job_deployment ON job (deployment, key) WHERE deployment <> 0;
        CREATE INDEX job_deployment_state ON job (deployment, state, ended_at) WHERE deployment <> 0;

        CREATE TABLE deployment (
          key INTEGER PRIMARY KEY,
          address BLOB NOT NULL UNIQUE,
          id TEXT NOT NULL,
          account INTEGER NOT NULL,
          vault INTEGER NOT NULL,
          key_budget INTEGER NOT NULL,
          name TEXT NOT NULL,
          market TEXT NOT NULL,
          replicas INTEGER NOT NULL,
          timeout_seconds INTEGER NOT NULL,
          strategy INTEGER NOT NULL,
          cron TEXT,
          time_zone TEXT,
          rotation_seconds INTEGER NOT NULL,
          startup_seconds INTEGER NOT NULL,
          confidential INTEGER NOT NULL,
          active_revision INTEGER NOT NULL,
          last_revision INTEGER NOT NULL,
          status INTEGER NOT NULL,
          rapid_streak INTEGER NOT NULL,
          next_retry_at INTEGER,
          created_at INTEGER NOT NULL,
          updated_at INTEGER NOT NULL,
          budget INTEGER,
          max_jobs INTEGER,
          spent INTEGER NOT NULL,
          jobs_listed INTEGER NOT NULL,
          idempotency_key TEXT,
          deleted INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX deployment_account ON deployment (account, key) WHERE deleted = 0;
        CREATE UNIQUE INDEX deployment_idempotency ON deployment (account, idempotency_key) WHERE idempotency_key IS NOT NULL AND deleted = 0;
        CREATE INDEX deployment_unsettled ON deployment (key) WHERE status IN (2, 4) AND deleted = 0;

        CREATE TABLE deployment_revision (
          key INTEGER PRIMARY KEY,
          deployment INTEGER NOT NULL,
          number INTEGER NOT NULL,
          definition BLOB NOT NULL,
          sealed TEXT,
          requirements TEXT,
          exposes INTEGER NOT NULL,
          created_at INTEGER NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX deployment_revision_number ON deployment_revision (deployment, number);

        CREATE TABLE deployment_task (
          key INTEGER PRIMARY KEY,
          deployment INTEGER NOT NULL,
          kind INTEGER NOT NULL,
          due_at INTEGER NOT NULL,
          created_at INTEGER NOT NULL,
          job INTEGER NOT NULL,
          most INTEGER,
          revision INTEGER NOT NULL,
          extend_seconds INTEGER,
          retries INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX deployment_task_deployment ON deployment_task (deployment, key);
        CREATE INDEX deployment_task_due ON deployment_task (due_at, key);

        CREATE TABLE deployment_event (
          key INTEGER PRIMARY KEY,
          deployment INTEGER NOT NULL,
          category TEXT NOT NULL,
          type TEXT NOT NULL,
          message TEXT NOT NULL,
          tx TEXT,
          at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX deployment_event_deployment ON deployment_event (deployment, key);
        """,
        // Below which balance an account is told so.
        """
        ALTER TABLE account ADD COLUMN low_balance INTEGER;
        """,

        // Vaults: accounts that belong to others and pay for their deployments.
        """
        ALTER TABLE account ADD COLUMN owner INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX account_owner ON account (owner, key) WHERE owner <> 0;
        ALTER TABLE job ADD COLUMN vault INTEGER NOT NULL DEFAULT 0;
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

    /// <summary>The secrets of accounts, sealed; in a file of its own, since their writes shall not wait for the lane's nor it for them.</summary>
    public static readonly IReadOnlyList<string> Secrets =
    [
        """
        CREATE TABLE secret (
          account INTEGER NOT NULL,
          name TEXT NOT NULL,
          value BLOB NOT NULL,
          created_at INTEGER NOT NULL,
          updated_at INTEGER NOT NULL,
          last_used_at INTEGER,
          PRIMARY KEY (account, name)
        ) STRICT, WITHOUT ROWID;
        """,
    ];

    /// <summary>The webhooks of accounts and what is to be sent to them; in a file of its own, since their writes shall wait for no others.</summary>
    public static readonly IReadOnlyList<string> Webhooks =
    [
        """
        CREATE TABLE webhook (
          id TEXT PRIMARY KEY,
          account INTEGER NOT NULL,
          url TEXT NOT NULL,
          events TEXT NOT NULL,
          secret BLOB NOT NULL,
          created_at INTEGER NOT NULL,
          cursor_height INTEGER NOT NULL,
          cursor_index INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX webhook_account ON webhook (account);

        CREATE TABLE webhook_message (
          webhook TEXT NOT NULL,
          height INTEGER NOT NULL,
          place INTEGER NOT NULL,
          since INTEGER NOT NULL,
          attempts INTEGER NOT NULL,
          next_at INTEGER NOT NULL,
          PRIMARY KEY (webhook, height, place)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX webhook_message_due ON webhook_message (webhook, next_at, height, place);

        CREATE TABLE webhook_attempt (
          key INTEGER PRIMARY KEY AUTOINCREMENT,
          webhook TEXT NOT NULL,
          message TEXT NOT NULL,
          type TEXT NOT NULL,
          number INTEGER NOT NULL,
          at INTEGER NOT NULL,
          outcome TEXT NOT NULL,
          status INTEGER,
          error TEXT,
          milliseconds INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX webhook_attempt_webhook ON webhook_attempt (webhook, key);
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
