using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Nosnet.Client;
using Nosnet.EndToEnd;
using Nosnet.Node;
using Nosnet.Protocol;
using Nosnet.TestService;

namespace Nosnet.Perf;

/// <param name="Markdown">What was seen.</param>
/// <param name="Rate">Requests a second through server and tunnel.</param>
/// <param name="OfStraight">How much that is of those straight to the container.</param>
/// <param name="OfYarp">How much that is of those through YARP alone.</param>
internal sealed record ServiceSpeedPage(string Markdown, double Rate, double OfStraight, double OfYarp) : Page(Markdown);

/// <summary>
/// An exposed service through the whole tunnel, beside the same container straight and behind YARP alone, in turn. The server, the node,
/// the YARP and the container are processes of their own.
/// </summary>
internal static class ServiceSpeed
{
    private const int Connections = 64;
    private const int Port = 8080;
    private const int Rounds = 5;
    private const string Key = "nos_the_operator_of_a_measurement";
    private const string Ready = "nosnet is ready at ";

    // On two cores an idle worker that spins takes the time of those who have work. No process that is measured does, so that it is their work
    // that is compared.
    private static readonly ValueMap<string> NoSpinning = new([new("DOTNET_ThreadPool_UnfairSemaphoreSpinLimit", "0")]);

    private static readonly TimeSpan Warm = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Measure = TimeSpan.FromSeconds(4);

    public static async Task<ServiceSpeedPage> RunAsync(long bytes)
    {
        using var temporary = new TempDirectory();
        var directory = temporary.Path;
        await using var engine = await new EngineLocator(TimeProvider.System, NullLoggerFactory.Instance).LocateAsync(EngineSearch.OnThisMachine(directory), default);
        await ServiceImage.EnsureAsync(engine.Engine, default);
        var environment = new Dictionary<string, string>
        {
            ["NOSNET_OPERATOR_KEY"] = Key,
            ["NOSANA_API_KEY"] = Key,
            ["DOCKER_HOST"] = $"unix://{engine.Endpoint}".Replace("unix://unix://", "unix://", StringComparison.Ordinal),
        };
        await using var server = NosnetProcess.Start(["serve", "--url", "http://127.0.0.1:0", "--data", Path.Combine(directory, "server")], environment);
        var url = (await server.LineAsync(Ready)).Split(Ready)[1].Trim();
        await using var node = NosnetProcess.Start(["node", "start", "--url", url, "--data", Path.Combine(directory, "node"), "--market", "default"], environment);
        using var client = new NosanaClient(new NosanaClientOptions { BaseUrl = new Uri(url), ApiKey = Key });
        var definition = new JobDefinition { Ops = [new ContainerRun("service") { Image = ServiceImage.Name, Expose = Port, Env = NoSpinning }] };
        var job = await client.Jobs.PostAsync(new PostJob(await client.Ipfs.AddAsync(definition), "default") { Timeout = TimeSpan.FromMinutes(30) });
        var seen = await OnlineAsync(job);

        var container = (await engine.Engine.InspectContainerAsync($"nosnet-{seen.Run}-0", default))!.Address!;
        var straight = new Uri($"http://{container}:{Port}");
        using var proxy = await OwnProcess.StartAsync(YarpAlone.Command, straight.GetLeftPart(UriPartial.Authority));
        Passage[] ways =
        [
            new("straight to the container", straight, straight),
            new("through YARP alone", proxy.Url, proxy.Url, proxy.Id),
            new("through the server and the tunnel", new Uri(seen.Endpoints[0].Url), new Uri(url), server.Id, node.Id),
        ];
        await Way.MeasureAsync([.. ways.Select(way => way.Requests)], Warm, Measure, Rounds);
        var sum = await SumAsync(bytes);
        foreach (var way in ways)
        {
            way.Down = await DownloadAsync(way, bytes, sum);
            way.Up = await UploadAsync(way, bytes, sum);
        }

        await job.StopAsync();
        await job.WaitAsync();
        return new ServiceSpeedPage(Report(ways, bytes, engine.Description), ways[2].Requests.Rate, ways[2].Requests.Of(ways[0].Requests), ways[2].Requests.Of(ways[1].Requests));
    }

    private static async Task<Job> OnlineAsync(JobHandle job)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            var seen = await job.GetAsync();
            if (seen.HasEnded)
                throw new InvalidOperationException($"The job ended: {seen.EndReason}.");
            if (seen.Endpoints is [{ Status: EndpointStatus.Online }, ..])
                return seen;
            await pause.WaitForNextTickAsync();
        }
    }

    private static async Task<double> DownloadAsync(Passage way, long bytes, string sum)
    {
        using var http = Client(way);
        var start = Stopwatch.GetTimestamp();
        await using var stream = await http.GetStreamAsync(new Uri(way.Url, $"/bytes/{bytes}"));
        var seen = Convert.ToHexStringLower(await SHA256.HashDataAsync(stream));
        return Rate(way, bytes, start, seen, sum);
    }

    private static async Task<double> UploadAsync(Passage way, long bytes, string sum)
    {
        using var http = Client(way);
        var start = Stopwatch.GetTimestamp();
        using var content = new PatternContent(bytes);
        using var answer = await http.PostAsync(new Uri(way.Url, "/sum"), content);
        return Rate(way, bytes, start, await answer.Content.ReadAsStringAsync(), sum);
    }

    private static double Rate(Passage way, long bytes, long start, string seen, string sum) => seen == sum
        ? bytes / Stopwatch.GetElapsedTime(start).TotalSeconds / (1024 * 1024)
        : throw new InvalidOperationException($"{way.Requests.Name}: what arrived is not what was sent.");

    private static async Task<string> SumAsync(long bytes)
    {
        using var hash = SHA256.Create();
        await using (var stream = new CryptoStream(Stream.Null, hash, CryptoStreamMode.Write))
            await Pattern.WriteAsync(stream, bytes, default);
        return Convert.ToHexStringLower(hash.Hash!);
    }

    private static HttpClient Client(Passage way) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancellation) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(way.Dial.Host, way.Dial.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
        UseProxy = false,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private static string Report(Passage[] ways, long bytes, string engine) => string.Create(CultureInfo.InvariantCulture, $"""
        # An exposed service, straight and through the tunnel

        The same container asked by `wrk -t2 -c{Connections}`, after {Warm.TotalSeconds:0} s to warm up, in {Rounds} rounds of {Measure.TotalSeconds:0} s for each way in turn: the
        median of the rounds, and of each round's proportions. The server, the node, the YARP between and the container are processes of
        their own on the same cores as `wrk`; CPU is what one request takes of those between. Then {bytes / (1 << 20)} MiB each way, whose SHA-256
        is compared.

        | | requests/s | of straight | of YARP alone | p50 | p99 | µs of CPU | MiB/s down | MiB/s up |
        |---|---|---|---|---|---|---|---|---|
        {string.Join('\n', ways.Select(way => Row(way, ways)))}

        {engine}.
        """);

    private static string Row(Passage way, Passage[] ways)
    {
        var (requests, middle) = (way.Requests, way.Requests.Middle);
        return string.Create(CultureInfo.InvariantCulture,
            $"| {requests.Name} | {requests.Rate:F0} | {requests.Of(ways[0].Requests):P0} | {requests.Of(ways[1].Requests):P0} | {middle.Median} | {middle.Slow} | {requests.Cpu} | {way.Down:F0} | {way.Up:F0} |");
    }

    /// <summary>One of the ways to the container.</summary>
    /// <param name="url">What is asked for.</param>
    /// <param name="dial">Where it is.</param>
    /// <param name="between">The processes on the way.</param>
    private sealed class Passage(string name, Uri url, Uri dial, params int[] between)
    {
        public Uri Url => url;
        public Uri Dial => dial;
        public Way Requests { get; } = Way.OfWrk(name, dial, url.Authority, Connections, between);
        public double Down { get; set; }
        public double Up { get; set; }
    }

    private sealed class PatternContent(long bytes) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context) => Pattern.WriteAsync(stream, bytes, default);

        protected override bool TryComputeLength(out long length)
        {
            length = bytes;
            return true;
        }
    }
}
