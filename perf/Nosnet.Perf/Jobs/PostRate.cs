using System.Globalization;
using Nosnet.Client;

namespace Nosnet.Perf;

/// <param name="Markdown">What was seen.</param>
/// <param name="One">Jobs of one account posted a second.</param>
/// <param name="OneOfEcho">How much that is of an echo of the same bodies.</param>
/// <param name="Many">Jobs of 1,000 accounts posted a second.</param>
/// <param name="Batches">Jobs posted a second in batches.</param>
/// <param name="Reads">Jobs read a second.</param>
/// <param name="ReadsOfEcho">How much that is of an echo of the same bodies.</param>
internal sealed record PostRatePage(string Markdown, double One, double OneOfEcho, double Many, double Batches, double Reads, double ReadsOfEcho) : Page(Markdown);

/// <summary>
/// Jobs posted a second over HTTP, each on disk before its answer, and jobs read, beside an echo of as many bytes. The server, the echo and
/// the load are processes of their own; what each request costs the server is read from the kernel, which is steadier than its rate.
/// </summary>
internal static class PostRate
{
    private const int Connections = 64;
    private const int Accounts = 1_000;
    private const int Batch = 100;
    private const int Rounds = 5;
    private static readonly TimeSpan Warm = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Measure = TimeSpan.FromSeconds(2);

    public static async Task<PostRatePage> RunAsync()
    {
        using var temporary = new TempDirectory();
        using var server = await MeasuredServer.StartAsync(Path.Combine(temporary.Path, "server"));
        using var echo = await OwnProcess.StartAsync(Echo.Command);
        using var client = MeasuredServer.Client(server.Url);
        var cid = await MeasuredServer.FoundAsync(client);
        var keys = await MeasuredServer.KeysAsync(client, Accounts);
        var job = await client.Jobs.PostAsync(new PostJob(cid, MeasuredServer.Market));
        var post = MeasuredServer.PostBody(cid);
        var posts = $$"""{"jobs":[{{string.Join(',', Enumerable.Repeat(post, Batch))}}]}""";
        await job.StopAsync();
        var length = await LengthAsync(server.Url, $"/api/jobs/{job.Address}");

        var script = new WrkScripts(temporary.Path);
        var echoed = Way.OfWrk("echo of a post", echo, "/", script.Post(post, [MeasuredServer.Key]), Connections);
        var one = Way.OfWrk("post, one account", server, "/api/jobs/list", script.Post(post, [MeasuredServer.Key]), Connections) with { Limit = echoed };
        var many = Way.OfWrk($"post, {Accounts:N0} accounts", server, "/api/jobs/list", script.Post(post, keys), Connections) with { Limit = echoed };
        var batches = Way.OfWrk($"post, batches of {Batch}", server, "/api/jobs/list/batch", script.Post(posts, [MeasuredServer.Key], isKeyed: true), Connections, Batch) with { Limit = echoed };
        var echoedJob = Way.OfWrk("echo of a job", echo, $"/{length}", script.Get(MeasuredServer.Key), Connections);
        var read = Way.OfWrk("GET of a job that has ended", server, $"/api/jobs/{job.Address}", script.Get(MeasuredServer.Key), Connections) with { Limit = echoedJob };
        Way[] ways = [echoed, one, many, batches, echoedJob, read];
        await Way.MeasureAsync(ways, Warm, Measure, Rounds);
        return new PostRatePage(Report(ways), one.Rate, one.OfLimit, many.Rate, batches.Rate, read.Rate, read.OfLimit);
    }

    private static async Task<int> LengthAsync(Uri server, string path)
    {
        using var caller = await Caller.DialAsync(server);
        return (await caller.AskAsync(Caller.Request("GET", server, path, MeasuredServer.Key))).Length;
    }

    private static string Report(Way[] ways) => string.Create(CultureInfo.InvariantCulture, $"""
        # Posting and reading jobs over HTTP

        `wrk -t2 -c{Connections}`, after {Warm.TotalSeconds:0} s to warm up, in {Rounds} rounds of {Measure.TotalSeconds:0} s for each row in turn: the medians. The store is SQLite; a post is
        on disk (fsync) before its answer. The limit is an echo of the same bodies by ASP.NET. CPU is what the process that answers takes for
        one post or read, and how much of it its lane takes.

        {Way.Head}
        {string.Join('\n', ways.Select(way => way.ToRow()))}
        """);
}
