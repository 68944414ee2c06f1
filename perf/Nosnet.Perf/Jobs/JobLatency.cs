using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Nosnet.Client;
using Nosnet.Node;
using Nosnet.Protocol;
using Nosnet.Server;

namespace Nosnet.Perf;

/// <param name="Markdown">What was seen.</param>
/// <param name="Job">The median time of a job, in milliseconds.</param>
/// <param name="Podman">That of <c>podman run --rm</c>.</param>
internal sealed record JobLatencyPage(string Markdown, double Job, double Podman) : Page(Markdown);

/// <summary>
/// From posting a job that runs <c>true</c> to hearing of its end, in sequence, beside <c>podman run --rm</c> of the same image on a
/// bridge network, in turn.
/// </summary>
internal static class JobLatency
{
    private static readonly string BaselineNetwork = $"nosnet-perf-{Environment.ProcessId}";

    public static async Task<JobLatencyPage> RunAsync(int rounds)
    {
        using var temporary = new TempDirectory();
        var directory = temporary.Path;
        await using var engine = await new EngineLocator(TimeProvider.System, NullLoggerFactory.Instance).LocateAsync(EngineSearch.OnThisMachine(directory), default);
        await new SampleImage(engine.Engine, TimeProvider.System).EnsureAsync(Console.Error.WriteLine, default);
        await using var server = await NosnetServer.StartAsync(new ServerOptions { DataDirectory = Path.Combine(directory, "server"), Urls = ["http://127.0.0.1:0"] });
        await using var node = await NodeHost.StartAsync(
            new NodeOptions { Server = new Uri(server.Url), ApiKey = server.OperatorKey, DataDirectory = Path.Combine(directory, "node"), Market = "default", Engine = engine.Engine }, default);
        using var client = new NosanaClient(new NosanaClientOptions { BaseUrl = new Uri(server.Url), ApiKey = server.OperatorKey });
        var cid = await client.Ipfs.AddAsync(new JobDefinition { Ops = [new ContainerRun("true") { Image = SampleImage.Name, Cmd = ["true"] }] });

        var podman = new Podman(Path.Combine(directory, "containers.conf"));
        podman.Run("network", "create", BaselineNetwork);
        var jobs = new Figures("a job, posting to its end");
        var runs = new Figures("`podman run --rm`");
        for (var round = -2; round < rounds; round++)
        {
            var job = await TimeAsync(() => PostAndWaitAsync(client, cid));
            var run = Time(() => podman.Run("run", "--rm", "--network", BaselineNetwork, SampleImage.Name, "true"));
            if (round < 0)
                continue; // The first two warm up.
            jobs.Add(job);
            runs.Add(run);
        }

        podman.Run("network", "rm", "--force", BaselineNetwork);
        return new JobLatencyPage(Report(rounds, jobs, runs, engine.Description), jobs.Median, runs.Median);
    }

    private static async Task PostAndWaitAsync(NosanaClient client, Cid cid)
    {
        var job = await client.Jobs.PostAsync(new PostJob(cid, "default") { Timeout = TimeSpan.FromMinutes(5) });
        var ended = await job.WaitAsync();
        if (ended.Status is not JobStatus.Completed)
            throw new InvalidOperationException($"The job ended as {ended.Status}: {ended.EndReason}.");
    }

    private static string Report(int rounds, Figures jobs, Figures runs, string engine) => string.Create(CultureInfo.InvariantCulture, $"""
        # From posting a job to its end

        {rounds} jobs that run `true`, one after the other, each followed by a `podman run --rm` of the same image on a bridge network.
        A job is posted, matched, carried out in a network of its own, its result pinned and its cost settled, with a disk sync
        before each answer; the time ends when the client hears of the end. Milliseconds.

        | | fastest | median | 90 % | slowest |
        |---|---|---|---|---|
        {jobs.ToRow()}
        {runs.ToRow()}

        The median job takes {jobs.Median / runs.Median:P0} of the time of the container alone. {engine}.
        """);

    private static async Task<TimeSpan> TimeAsync(Func<Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(started);
    }

    private static TimeSpan Time(Action work)
    {
        var started = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(started);
    }

    /// <summary>The podman program under the configuration that the node gives its own.</summary>
    private sealed class Podman
    {
        private readonly string? _configuration;

        public Podman(string path)
        {
            if (PodmanConfiguration.For(PodmanHost.Detect()) is not { } content)
                return;
            File.WriteAllText(path, content);
            _configuration = path;
        }

        public void Run(params string[] arguments)
        {
            var start = new ProcessStartInfo("podman", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
            if (_configuration is not null)
                start.Environment["CONTAINERS_CONF"] = _configuration;
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0)
                throw new InvalidOperationException($"podman {string.Join(' ', arguments)} failed: {errors.GetAwaiter().GetResult()}");
        }
    }
}
