using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Nosnet.Client;
using Nosnet.EndToEnd;
using Nosnet.Node;
using Nosnet.Protocol;
using Nosnet.Server;
using Nosnet.TestService;
using Yarp.ReverseProxy.Forwarder;

namespace Nosnet.Perf;

/// <summary>An exposed service through the whole tunnel, beside the same container straight and behind YARP alone, in turn.</summary>
internal static class ServiceSpeed
{
    private const int Connections = 64;
    private const int Port = 8080;
    private static readonly TimeSpan Warm = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Measure = TimeSpan.FromSeconds(5);

    public static async Task<int> RunAsync(long bytes)
    {
        var directory = Directory.CreateTempSubdirectory("nosnet-perf-").FullName;
        await using var engine = await new EngineLocator(TimeProvider.System, NullLoggerFactory.Instance).LocateAsync(EngineSearch.OnThisMachine(directory), default);
        await ServiceImage.EnsureAsync(engine.Engine, default);
        await using var server = await NosnetServer.StartAsync(new ServerOptions { DataDirectory = Path.Combine(directory, "server"), Urls = ["http://127.0.0.1:0"] });
        await using var node = await NodeHost.StartAsync(
            new NodeOptions { Server = new Uri(server.Url), ApiKey = server.OperatorKey, DataDirectory = Path.Combine(directory, "node"), Market = "default", Engine = engine.Engine }, default);
        using var client = new NosanaClient(new NosanaClientOptions { BaseUrl = new Uri(server.Url), ApiKey = server.OperatorKey });
        var definition = new JobDefinition { Ops = [new ContainerRun("service") { Image = ServiceImage.Name, Expose = Port }] };
        var job = await client.Jobs.PostAsync(new PostJob(await client.Ipfs.AddAsync(definition), "default") { Timeout = TimeSpan.FromMinutes(30) });
        var seen = await OnlineAsync(job);

        var container = (await engine.Engine.InspectContainerAsync($"nosnet-{seen.Run}-0", default))!.Address!;
        var straight = new Uri($"http://{container}:{Port}");
        await using var proxy = await StartProxyAsync(straight);
        Way[] ways =
        [
            new("straight to the container", straight, straight),
            new("through YARP alone", new Uri(proxy.Urls.First()), new Uri(proxy.Urls.First())),
            new("through the server and the tunnel", new Uri(seen.Endpoints[0].Url), new Uri(server.Url)),
        ];
        foreach (var way in ways)
            await RequestsAsync(way, Warm);
        foreach (var way in ways)
            way.Requests = await RequestsAsync(way, Measure);
        var sum = await SumAsync(bytes);
        foreach (var way in ways)
        {
            way.Down = await DownloadAsync(way, bytes, sum);
            way.Up = await UploadAsync(way, bytes, sum);
        }

        await job.StopAsync();
        await job.WaitAsync();
        var report = Report(ways, bytes, engine.Description);
        await File.WriteAllTextAsync(Path.Combine(JobLatency.FindRoot(), "perf", "results", string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetUtcNow():yyyy-MM-dd}-service-speed.md")), report);
        Console.WriteLine(report);
        return 0;
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

    private static async Task<WebApplication> StartProxyAsync(Uri container)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        builder.Services.AddHttpForwarder();
        var app = builder.Build();
        var forwarder = app.Services.GetRequiredService<IHttpForwarder>();
        var http = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, ActivityHeadersPropagator = null });
        app.Run(async context => await forwarder.SendAsync(context, container.GetLeftPart(UriPartial.Authority), http, ForwarderRequestConfig.Empty));
        await app.StartAsync();
        return app;
    }

    private static async Task<double> RequestsAsync(Way way, TimeSpan time)
    {
        using var http = Client(way);
        var start = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(async () =>
        {
            var count = 0;
            for (; Stopwatch.GetElapsedTime(start) < time; count++)
            {
                if (await http.GetStringAsync(way.Url) != "hello")
                    throw new InvalidOperationException("The service said something else.");
            }
            return count;
        })));
        return counts.Sum() / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task<double> DownloadAsync(Way way, long bytes, string sum)
    {
        using var http = Client(way);
        var start = Stopwatch.GetTimestamp();
        await using var stream = await http.GetStreamAsync(new Uri(way.Url, $"/bytes/{bytes}"));
        var seen = Convert.ToHexStringLower(await SHA256.HashDataAsync(stream));
        return Rate(way, bytes, start, seen, sum);
    }

    private static async Task<double> UploadAsync(Way way, long bytes, string sum)
    {
        using var http = Client(way);
        var start = Stopwatch.GetTimestamp();
        using var content = new PatternContent(bytes);
        using var answer = await http.PostAsync(new Uri(way.Url, "/sum"), content);
        return Rate(way, bytes, start, await answer.Content.ReadAsStringAsync(), sum);
    }

    private static double Rate(Way way, long bytes, long start, string seen, string sum) => seen == sum
        ? bytes / Stopwatch.GetElapsedTime(start).TotalSeconds / (1024 * 1024)
        : throw new InvalidOperationException($"{way.Name}: what arrived is not what was sent.");

    private static async Task<string> SumAsync(long bytes)
    {
        using var hash = SHA256.Create();
        await using (var stream = new CryptoStream(Stream.Null, hash, CryptoStreamMode.Write))
            await Pattern.WriteAsync(stream, bytes, default);
        return Convert.ToHexStringLower(hash.Hash!);
    }

    private static HttpClient Client(Way way) => new(new SocketsHttpHandler
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

    private static string Report(Way[] ways, long bytes, string engine) => string.Create(CultureInfo.InvariantCulture, $"""
        # An exposed service, straight and through the tunnel

        The same container, asked in turn by one program that also holds the server, the node and the YARP between: {Connections} connections that
        each ask again as soon as they are answered for {Measure.TotalSeconds:0} s, and {bytes / (1 << 20)} MiB each way, whose SHA-256 is compared.

        | | requests/s | of straight | of YARP alone | MiB/s down | MiB/s up |
        |---|---|---|---|---|---|
        {string.Join('\n', ways.Select(way => Row(way, ways)))}

        Measured with `perf/run service-speed` on {Machine.Describe()}; {engine}.

        """);

    private static string Row(Way way, Way[] ways) => string.Create(CultureInfo.InvariantCulture,
        $"| {way.Name} | {way.Requests:F0} | {way.Requests / ways[0].Requests:P0} | {way.Requests / ways[1].Requests:P0} | {way.Down:F0} | {way.Up:F0} |");

    private sealed record Way(string Name, Uri Url, Uri Dial)
    {
        public double Requests { get; set; }
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
