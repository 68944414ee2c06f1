using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using Nosnet.Protocol;

namespace Nosnet.Perf;

/// <param name="Markdown">What was seen.</param>
/// <param name="Median">The median time, in milliseconds.</param>
/// <param name="Slow">The time within which 99 % were told.</param>
internal sealed record NodeToldPage(string Markdown, double Median, double Slow) : Page(Markdown);

/// <summary>From the moment a job is due to be posted to the moment its idle node has heard of it through its tunnel.</summary>
internal static class NodeTold
{
    private const int Nodes = 100;
    private const int Posters = 32;
    private const int PerSecond = 1_000;
    private static readonly TimeSpan Warm = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Measure = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan BeatPeriod = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static async Task<NodeToldPage> RunAsync()
    {
        using var temporary = new TempDirectory();
        using var server = await MeasuredServer.StartAsync(Path.Combine(temporary.Path, "server"));
        using var client = MeasuredServer.Client(server.Url);
        var definition = await MeasuredServer.FoundAsync(client);
        var told = new ConcurrentDictionary<string, long>();
        await Task.WhenAll(Enumerable.Range(0, Nodes).Select(_ => JoinAsync(server.Url, definition, told)));

        await PostAsync(server.Url, definition, Warm, []);
        told.Clear();
        var posted = new ConcurrentDictionary<string, long>();
        await PostAsync(server.Url, definition, Measure, posted);

        var start = Stopwatch.GetTimestamp();
        while (!posted.Keys.All(told.ContainsKey) && Stopwatch.GetElapsedTime(start) < Patience)
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        if (posted.Keys.Count(job => !told.ContainsKey(job)) is > 0 and var untold)
            throw new InvalidOperationException($"{untold} of {posted.Count} jobs never reached a node.");
        var times = new Percentiles();
        foreach (var (job, at) in posted)
            times.Add(Stopwatch.GetElapsedTime(at, told[job]));
        return new NodeToldPage(string.Create(CultureInfo.InvariantCulture, $"""
            # From posting a job to its node being told

            {Nodes} nodes with a tunnel each wait in a market; {PerSecond:N0} jobs a second are posted for {Measure.TotalSeconds:0} s, however long each takes. The time is from when a post is due
            to when the job has arrived at its node, with a disk sync between. The node ends the job at once and waits again. Milliseconds.

            | jobs | median | 99 % | slowest |
            |---|---|---|---|
            | {times.Count:N0} | {times.ToColumns()} |
            """), times.At(0.5), times.At(0.99));
    }

    private static async Task JoinAsync(Uri server, Cid result, ConcurrentDictionary<string, long> told)
    {
        var caller = await Caller.DialAsync(server);
        var node = await LoadNode.RegisterAsync(caller, server);
        var said = Channel.CreateUnbounded<byte[]>();
        var opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = LoadTunnel.ServeAsync(node, body =>
        {
            told[Caller.Text(body.Span, "job"u8)!] = Stopwatch.GetTimestamp();
            said.Writer.TryWrite(node.Finish(Caller.Run(body.Span)!.Value, result));
        }, opened);
        await opened.Task.WaitAsync(Patience, TimeProvider.System);
        await caller.AskAsync(node.Join(slots: 1));
        _ = Task.Run(async () =>
        {
            using var beats = new PeriodicTimer(BeatPeriod, TimeProvider.System);
            while (await beats.WaitForNextTickAsync())
                said.Writer.TryWrite(node.Beat);
        });
        _ = Task.Run(async () =>
        {
            await foreach (var request in said.Reader.ReadAllAsync())
                await caller.AskAsync(request);
        });
    }

    private static async Task PostAsync(Uri server, Cid definition, TimeSpan time, ConcurrentDictionary<string, long> posted)
    {
        var request = Caller.Request("POST", server, "/api/jobs/list", MeasuredServer.Key, MeasuredServer.PostBody(definition));
        var callers = await Task.WhenAll(Enumerable.Range(0, Posters).Select(_ => Caller.DialAsync(server)));
        try
        {
            await Pace.RunAsync(PerSecond, time,
            [
                .. callers.Select<Caller, Func<long, Task>>(caller => async due =>
                    posted[Caller.Text((await caller.AskAsync(request)).Span, "job"u8)!] = due),
            ]);
        }
        finally
        {
            foreach (var caller in callers)
                caller.Dispose();
        }
    }
}
