using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Nosnet.Perf;

/// <param name="Markdown">What was seen.</param>
/// <param name="Single">Jobs a second where each has a transaction.</param>
/// <param name="Groups">Jobs a second in groups of 128.</param>
internal sealed record RawSqlitePage(string Markdown, double Single, double Groups) : Page(Markdown);

/// <summary>SQLite by itself: the balance, the row of a ledger and the row of a job that posting one comes to, without HTTP, rules or receipts.</summary>
internal static class RawSqlite
{
    private const int Accounts = 1_000;
    private static readonly int[] Groups = [1, 16, 128];
    private static readonly TimeSpan Measure = TimeSpan.FromSeconds(3);

    public static Task<RawSqlitePage> RunAsync()
    {
        using var temporary = new TempDirectory();
        var rates = Groups.ToDictionary(group => group, group => Rate(Path.Combine(temporary.Path, string.Create(CultureInfo.InvariantCulture, $"{group}.db")), group));
        return Task.FromResult(new RawSqlitePage(string.Create(CultureInfo.InvariantCulture, $"""
            # SQLite alone

            An UPDATE and two INSERTs a job, prepared, by one thread through Microsoft.Data.Sqlite; a write-ahead log with `synchronous=FULL`, as the store
            of a network has it. {Measure.TotalSeconds:0} s each.

            | jobs in a transaction | jobs/s |
            |---|---|
            {string.Join('\n', rates.Select(r => string.Create(CultureInfo.InvariantCulture, $"| {r.Key} | {r.Value:N0} |")))}
            """), rates[1], rates[128]));
    }

    private static double Rate(string path, int group)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        Do("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=4000; PRAGMA cache_size=-262144");
        Do("""
            CREATE TABLE account (id INTEGER PRIMARY KEY, available INTEGER NOT NULL, reserved INTEGER NOT NULL);
            CREATE TABLE ledger (id INTEGER PRIMARY KEY, account INTEGER NOT NULL, amount INTEGER NOT NULL, at INTEGER NOT NULL);
            CREATE TABLE job (id INTEGER PRIMARY KEY, account INTEGER NOT NULL, market INTEGER NOT NULL, state INTEGER NOT NULL, definition BLOB NOT NULL,
              price INTEGER NOT NULL, timeout INTEGER NOT NULL, reserved INTEGER NOT NULL, posted_at INTEGER NOT NULL);
            INSERT INTO account WITH RECURSIVE n (v) AS (SELECT 1 UNION ALL SELECT v + 1 FROM n WHERE v < 1000) SELECT v, 1000000000000000, 0 FROM n;
            """);
        SqliteCommand[] steps =
        [
            Prepared("UPDATE account SET available = available - 1833, reserved = reserved + 1833 WHERE id = $account"),
            Prepared("INSERT INTO ledger (account, amount, at) VALUES ($account, -1833, 1795000000000)"),
            Prepared("INSERT INTO job (account, market, state, definition, price, timeout, reserved, posted_at) VALUES ($account, 1, 0, zeroblob(32), 110000000, 60, 1833, 1795000000000)"),
        ];
        var (start, jobs) = (Stopwatch.GetTimestamp(), 0L);
        while (Stopwatch.GetElapsedTime(start) < Measure)
        {
            using var transaction = connection.BeginTransaction();
            for (var i = 0; i < group; i++, jobs++)
            {
                foreach (var step in steps)
                {
                    step.Transaction = transaction;
                    step.Parameters[0].Value = 1 + jobs % Accounts;
                    step.ExecuteNonQuery();
                }
            }

            transaction.Commit();
        }

        var rate = jobs / Stopwatch.GetElapsedTime(start).TotalSeconds;
        foreach (var step in steps)
            step.Dispose();
        return rate;

        void Do(string sql)
        {
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            command.ExecuteNonQuery();
        }

        SqliteCommand Prepared(string sql)
        {
            var command = connection.CreateCommand();
            command.CommandText = sql;
            command.Parameters.Add("$account", SqliteType.Integer);
            command.Prepare();
            return command;
        }
    }
}
