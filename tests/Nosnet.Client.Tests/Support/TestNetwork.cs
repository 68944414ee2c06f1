using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Nosnet.Protocol;

namespace Nosnet.Client.Tests;

/// <summary>A server on a real socket that answers as a test tells it, and remembers what it was asked.</summary>
public sealed class TestNetwork : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, ConcurrentQueue<RequestDelegate>> _answers = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<RecordedRequest> _requests = new();

    private TestNetwork(WebApplication app) => _app = app;

    public Uri Url { get; private set; } = null!;

    public IReadOnlyList<RecordedRequest> Requests => [.. _requests];

    public RecordedRequest Request => _requests.ShouldHaveSingleItem();

    public static async Task<TestNetwork> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MinResponseDataRate = null);
        var network = new TestNetwork(builder.Build());
        network._app.Run(network.HandleAsync);
        await network._app.StartAsync(TestContext.Current.CancellationToken);
        var addresses = network._app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>();
        network.Url = new Uri(addresses.Addresses.Single());
        return network;
    }

    /// <summary>Answers a route, given as <c>GET /api/…</c>. Several answers to one are given in turn, the last again and again.</summary>
    public void Answer(string route, RequestDelegate answer) => _answers.GetOrAdd(route, _ => new()).Enqueue(answer);

    public void Answer(string route, string json, int status = 200, string type = "application/json", params (string Name, string Value)[] headers) =>
        Answer(route, async context =>
        {
            context.Response.StatusCode = status;
            foreach (var (name, value) in headers)
                context.Response.Headers[name] = value;
            if (json.Length == 0)
                return;
            context.Response.ContentType = type;
            await context.Response.WriteAsync(json);
        });

    public void AnswerEvents(string route, params string[] events) => Answer(route, async context =>
    {
        context.Response.ContentType = "text/event-stream";
        foreach (var e in events)
            await context.Response.WriteAsync(e);
    });

    /// <summary>Pins JSON as a Nosnet network does: as the bytes that came.</summary>
    public void AnswerPins() => Answer("POST /pinning/pinJSONToIPFS", context =>
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync($$"""{"IpfsHash":"{{UnixFsImporter.CidOf(Requests[^1].Bytes)}}","PinSize":1,"Timestamp":"2026-01-01T00:00:00Z"}""");
    });

    /// <summary>Does not answer until the client leaves.</summary>
    public static async Task NeverAsync(HttpContext context)
    {
        var left = new TaskCompletionSource();
        await using (context.RequestAborted.Register(() => left.TrySetResult()))
            await left.Task;
    }

    /// <summary>Takes a port at which nobody listens, and nobody else can begin to.</summary>
    public static Socket Nobody(out Uri url)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        url = new Uri($"http://{socket.LocalEndPoint}");
        return socket;
    }

    public NosanaClient Client(Action<NosanaClientOptions>? configure = null)
    {
        var options = new NosanaClientOptions { ApiKey = "nos_test", Network = Url, TimeProvider = new SkippingClock() };
        configure?.Invoke(options);
        return new NosanaClient(options);
    }

    /// <summary>A client that takes the server for Nosana's own network, which knows none of our additions.</summary>
    public NosanaClient OfficialClient() => Client(o =>
    {
        o.Network = NosanaNetwork.Mainnet;
        o.BaseUrl = Url;
        o.IpfsApiUrl = Url;
        o.GatewayUrl = new Uri(Url, "ipfs/");
    });

    private async Task HandleAsync(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var headers = context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        _requests.Enqueue(new RecordedRequest(context.Request.Method, target, headers, body.ToArray()));
        var answers = _answers.GetValueOrDefault($"{context.Request.Method} {target}") ?? _answers.GetValueOrDefault($"{context.Request.Method} {target.Split('?')[0]}");
        if (answers is null)
        {
            context.Response.StatusCode = 404;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync($$"""{"error":"No route {{target}}.","message":"No route {{target}}.","statusCode":404,"code":"ROUTE_NOT_FOUND"}""");
            return;
        }
        if (answers.Count < 2 || !answers.TryDequeue(out var answer))
            answers.TryPeek(out answer);
        await answer!(context);
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }
}

/// <summary>What a client sent.</summary>
public sealed record RecordedRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, byte[] Bytes)
{
    public string Line => $"{Method} {Target}";

    public string Body => Encoding.UTF8.GetString(Bytes);

    public string? Header(string name) => Headers.GetValueOrDefault(name);
}
