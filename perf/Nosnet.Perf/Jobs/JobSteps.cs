using System.Diagnostics;
using System.Globalization;
using Nosnet.Protocol;

namespace Nosnet.Perf;

/// <param name="Markdown">What was seen.</param>
/// <param name="Rate">Jobs carried through a second.</param>
internal sealed record JobStepsPage(string Markdown, double Rate) : Page(Markdown);

/// <summary>
/// Jobs carried through all their steps by simulated nodes over HTTP: a node hears of its job (a heartbeat), starts it, and ends it, which
/// settles it and gives the node its next.
/// </summary>
internal static class JobSteps
{
    private const int Nodes = 64;
    private const int Rounds = 3;
    private const int MostPerSecond = 15_000;
    private static readonly TimeSpan Warm = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Measure = TimeSpan.FromSeconds(4);

    /// <param name="store">The connection string of a PostgreSQL database; SQLite without it.</param>
    public static async Task<JobStepsPage> RunAsync(string? store = null)
    {
        using var temporary = new TempDirectory();
        using var server = await MeasuredServer.StartAsync(Path.Combine(temporary.Path, "server"), store);
        using var client = MeasuredServer.Client(server.Url);
        var definition = await MeasuredServer.FoundAsync(client);
        await MeasuredServer.FillAsync(server.Url, definition, (int)((Warm + Rounds * Measure).TotalSeconds * MostPerSecond));

        using var stop = new CancellationTokenSource();
        var counts = new long[Nodes];
        var nodes = Task.WhenAll(Enumerable.Range(0, Nodes).Select(i => Task.Run(() => CarryAsync(server.Url, definition, () => counts[i]++, stop.Token))));
        await nodes.WaitAsync(Warm, TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var rounds = new List<(double Rate, double Cpu, double Lane)>();
        for (var round = 0; round < Rounds && !nodes.IsCompleted; round++)
        {
            var (start, before, cpu, lane) = (Stopwatch.GetTimestamp(), counts.Sum(), server.Cpu(), server.Cpu("lane"));
            await nodes.WaitAsync(Measure, TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var jobs = counts.Sum() - before;
            rounds.Add((jobs / Stopwatch.GetElapsedTime(start).TotalSeconds, (server.Cpu() - cpu) / jobs, (server.Cpu("lane") - lane) / jobs));
        }

        await stop.CancelAsync();
        await nodes;
        var (rate, used, onLane) = rounds.OrderBy(r => r.Rate).ElementAt(rounds.Count / 2);
        return new JobStepsPage(string.Create(CultureInfo.InvariantCulture, $"""
            # Jobs from claim to settlement

            {Nodes} simulated nodes with a slot each take jobs from a queue over HTTP, each on a connection of its own: a heartbeat that tells of the
            job, the start, the end with its result, which settles the job and gives the node its next; one call per step, start and end on
            disk before they are answered. After {Warm.TotalSeconds:0} s to warm up, the median of {Rounds} rounds of {Measure.TotalSeconds:0} s. The nodes take their part of the same cores.

            | | jobs/s | calls/s | µs of CPU of the server for a job | µs on the lane |
            |---|---|---|---|---|
            | {(store is null ? "SQLite" : "PostgreSQL")} | {rate:N0} | {3 * rate:N0} | {used:F1} | {onLane:F1} |
            """), rate);
    }

    private static async Task CarryAsync(Uri server, Cid result, Action count, CancellationToken stop)
    {
        using var caller = await Caller.DialAsync(server);
        var node = await LoadNode.RegisterAsync(caller, server);
        await caller.AskAsync(node.Join(slots: 1));
        while (!stop.IsCancellationRequested)
        {
            var duty = await caller.AskAsync(node.Beat);
            var run = Caller.Run(duty.Span) ?? throw new InvalidOperationException("The queue ran empty before the measurement was over.");
            await caller.AskAsync(node.Start(run));
            await caller.AskAsync(node.Finish(run, result));
            count();
        }
    }
}
