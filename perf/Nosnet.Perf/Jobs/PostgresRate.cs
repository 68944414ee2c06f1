using System.Globalization;
using Npgsql;

namespace Nosnet.Perf;

/// <param name="Markdown">What was seen.</param>
/// <param name="Raw">Transactions of pgbench a second.</param>
/// <param name="One">Jobs of one account posted a second.</param>
/// <param name="OneOfRaw">How much that is of pgbench's.</param>
/// <param name="Many">Jobs of 1,000 accounts posted a second.</param>
/// <param name="ManyOfRaw">How much that is of pgbench's.</param>
internal sealed record PostgresRatePage(string Markdown, double Raw, double One, double OneOfRaw, double Many, double ManyOfRaw) : Page(Markdown);

/// <summary>Jobs posted a second to a server over PostgreSQL, beside pgbench making the least transaction that holds credits for a job.</summary>
internal static class PostgresRate
{
    private const int Connections = 64;
    private const int Accounts = 1_000;
    private const int Rounds = 3;
    private static readonly TimeSpan Warm = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Measure = TimeSpan.FromSeconds(4);

    private const string Tables = """
        CREATE TABLE account (id bigint PRIMARY KEY, available bigint NOT NULL, reserved bigint NOT NULL);
        CREATE TABLE ledger (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, account bigint NOT NULL, amount bigint NOT NULL, at timestamptz NOT NULL);
        CREATE TABLE job (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, account bigint NOT NULL, market bigint NOT NULL, state int NOT NULL, definition bytea NOT NULL,
          price bigint NOT NULL, timeout bigint NOT NULL, reserved bigint NOT NULL, posted_at timestamptz NOT NULL);
        INSERT INTO account SELECT n, 1000000000000000, 0 FROM generate_series(1, 1000) AS n;
        """;

    private const string Script = """
        \set account random(1, 1000)
        BEGIN;
        UPDATE account SET available = available - 1833, reserved = reserved + 1833 WHERE id = :account;
        INSERT INTO ledger (account, amount, at) VALUES (:account, -1833, now());
        INSERT INTO job (account, market, state, definition, price, timeout, reserved, posted_at)
          VALUES (:account, 1, 0, '\x5f0d3a1c9e7b24680f1e2d3c4b5a69788796a5b4c3d2e1f00112233445566778', 110000000, 60, 1833, now());
        COMMIT;
        """;

    public static async Task<PostgresRatePage> RunAsync()
    {
        using var temporary = new TempDirectory();
        await using var postgres = await Postgres.StartAsync();
        var bench = await BenchDatabaseAsync(postgres);
        var script = Path.Combine(temporary.Path, "transaction.sql");
        await File.WriteAllTextAsync(script, Script);
        using var server = await MeasuredServer.StartAsync(Path.Combine(temporary.Path, "server"), await postgres.NewDatabaseAsync());
        using var client = MeasuredServer.Client(server.Url);
        var post = MeasuredServer.PostBody(await MeasuredServer.FoundAsync(client));
        var keys = await MeasuredServer.KeysAsync(client, Accounts);

        var scripts = new WrkScripts(temporary.Path);
        var raw = new Way("pgbench: an UPDATE and two INSERTs", async time => new Round(await Postgres.BenchAsync(bench, script, Connections, time)));
        var one = Way.OfWrk("post, one account", server, "/api/jobs/list", scripts.Post(post, [MeasuredServer.Key]), Connections) with { Limit = raw };
        var many = Way.OfWrk($"post, {Accounts:N0} accounts", server, "/api/jobs/list", scripts.Post(post, keys), Connections) with { Limit = raw };
        Way[] ways = [raw, one, many];
        await Way.MeasureAsync(ways, Warm, Measure, Rounds);
        return new PostgresRatePage(Report(ways), raw.Rate, one.Rate, one.OfLimit, many.Rate, many.OfLimit);
    }

    private static async Task<string> BenchDatabaseAsync(Postgres postgres)
    {
        var database = await postgres.NewDatabaseAsync();
        await using var source = NpgsqlDataSource.Create(database + ";Pooling=false");
        await using var command = source.CreateCommand(Tables);
        await command.ExecuteNonQueryAsync();
        return database;
    }

    private static string Report(Way[] ways) => string.Create(CultureInfo.InvariantCulture, $"""
        # Posting jobs over HTTP to a server over PostgreSQL

        As above with one server over a PostgreSQL of Debian's settings, after {Warm.TotalSeconds:0} s to warm up, in {Rounds} rounds of {Measure.TotalSeconds:0} s for each row in turn: the medians.
        The limit is `pgbench -M prepared -c {Connections} -j 2` on the same cluster making the least transaction that holds credits for a job: the balance of
        one of {Accounts:N0} accounts, a row of a ledger and a row of a job. {Postgres.Version}.

        {Way.Head}
        {string.Join('\n', ways.Select(way => way.ToRow()))}
        """);
}
