using System.Diagnostics;
using System.Globalization;
using Nosnet.Protocol;

namespace Nosnet.Perf;

/// <param name="Markdown">What was seen.</param>
/// <param name="Jobs">How many jobs waited in the long queue.</param>
/// <param name="Post">How many times as long 99 % of the posts took as with a short queue.</param>
/// <param name="Claim">How many times as long 99 % of the claims took.</param>
/// <param name="BytesMore">How much more memory the server needs.</param>
internal sealed record QueueLengthPage(string Markdown, int Jobs, double Post, double Claim, double BytesMore) : Page(Markdown);

/// <summary>Posting into a market and taking jobs from it while very many wait there, beside a server of the same kind where few do.</summary>
internal static class QueueLength
{
    private const int Long = 1_000_000;
    private const int Short = 1_000;
    private const int PerSecond = 500;
    private const int Nodes = 16;
    private const int Posters = 16;
    private const int Rounds = 3;
    private static readonly TimeSpan Warm = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Measure = TimeSpan.FromSeconds(5);

    public static async Task<QueueLengthPage> RunAsync()
    {
        using var temporary = new TempDirectory();
        await using var few = await Queue.StartAsync(Path.Combine(temporary.Path, "few"), Short);
        await using var many = await Queue.StartAsync(Path.Combine(temporary.Path, "many"), Long);
        Queue[] queues = [few, many];
        foreach (var queue in queues)
            await queue.RunAsync(Warm, new Percentiles(), new Percentiles());
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var queue in queues)
                await queue.RunAsync(Measure, queue.Posts, queue.Claims);
        }

        var (fewBytes, manyBytes) = (await few.Server.MemoryAsync(), await many.Server.MemoryAsync());
        return new QueueLengthPage(string.Create(CultureInfo.InvariantCulture, $"""
            # A long queue

            Two servers, in whose markets {Short:N0} and {Long:N0} jobs wait. {PerSecond} jobs a second are posted to each in turn, {Rounds} rounds of {Measure.TotalSeconds:0} s, however long each
            takes, while {Nodes} nodes end a job and take the next as often; that call is the claim. Milliseconds; memory is the resident set after
            garbage is collected, SQLite's cache included.

            | waiting | posts | median | 99 % | slowest | claims | median | 99 % | slowest | MB |
            |---|---|---|---|---|---|---|---|---|---|
            {few.ToRow(Short, fewBytes)}
            {many.ToRow(Long, manyBytes)}
            """), Long, many.Posts.At(0.99) / few.Posts.At(0.99), many.Claims.At(0.99) / few.Claims.At(0.99), manyBytes - fewBytes);
    }

    /// <summary>A server with a queue, and who posts to it and takes from it.</summary>
    private sealed class Queue(OwnProcess server, Cid definition, IReadOnlyList<Caller> posters, IReadOnlyList<Taker> takers) : IAsyncDisposable
    {
        private readonly byte[] _post = Caller.Request("POST", server.Url, "/api/jobs/list", MeasuredServer.Key, MeasuredServer.PostBody(definition));

        public OwnProcess Server => server;
        public Percentiles Posts { get; } = new();
        public Percentiles Claims { get; } = new();

        public static async Task<Queue> StartAsync(string directory, int jobs)
        {
            var server = await MeasuredServer.StartAsync(directory);
            using var client = MeasuredServer.Client(server.Url);
            var definition = await MeasuredServer.FoundAsync(client);
            await MeasuredServer.FillAsync(server.Url, definition, jobs);
            return new Queue(
                server, definition,
                await Task.WhenAll(Enumerable.Range(0, Posters).Select(_ => Caller.DialAsync(server.Url))),
                await Task.WhenAll(Enumerable.Range(0, Nodes).Select(_ => Taker.JoinAsync(server.Url, definition))));
        }

        public async Task RunAsync(TimeSpan time, Percentiles posts, Percentiles claims) => await Task.WhenAll(
            Pace.RunAsync(PerSecond, time,
            [
                .. posters.Select<Caller, Func<long, Task>>(poster => async due =>
                {
                    await poster.AskAsync(_post);
                    posts.Add(Stopwatch.GetElapsedTime(due));
                }),
            ]),
            Pace.RunAsync(PerSecond, time, [.. takers.Select<Taker, Func<long, Task>>(taker => async _ => claims.Add(await taker.TakeAsync()))]));

        public string ToRow(int waiting, long bytes) => string.Create(CultureInfo.InvariantCulture,
            $"| {waiting:N0} | {Posts.Count:N0} | {Posts.ToColumns()} | {Claims.Count:N0} | {Claims.ToColumns()} | {bytes / 1e6:N0} |");

        public ValueTask DisposeAsync()
        {
            foreach (var caller in posters.Concat(takers.Select(t => t.Caller)))
                caller.Dispose();
            server.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>A node that ends the job that it has and takes the next with the same call.</summary>
    private sealed class Taker(Caller caller, LoadNode node, Cid result)
    {
        public Caller Caller => caller;

        public static async Task<Taker> JoinAsync(Uri server, Cid result)
        {
            var caller = await Caller.DialAsync(server);
            var node = await LoadNode.RegisterAsync(caller, server);
            await caller.AskAsync(node.Join(slots: 1));
            return new Taker(caller, node, result);
        }

        public async Task<TimeSpan> TakeAsync()
        {
            var run = await HasAsync();
            if (run is null)
            {
                // While the other server was measured this node was silent for so long that it has lost its place.
                await caller.AskAsync(node.Join(slots: 1));
                run = await HasAsync() ?? throw new InvalidOperationException("The queue is empty.");
            }

            var start = Stopwatch.GetTimestamp();
            await caller.AskAsync(node.Finish(run.Value, result));
            return Stopwatch.GetElapsedTime(start);
        }

        private async Task<(string Run, int Epoch)?> HasAsync() => Caller.Run((await caller.AskAsync(node.Beat)).Span);
    }
}
