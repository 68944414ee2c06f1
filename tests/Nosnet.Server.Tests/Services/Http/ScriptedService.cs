using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;

namespace Nosnet.Server.Tests;

/// <summary>
/// A service of which a test says every byte, behind a real server and a real tunnel: each connection to its port is given to a script. It is asked
/// over sockets, for clients would hide what comes.
/// </summary>
internal sealed class ScriptedService : IAsyncDisposable
{
    private const string Web = """{"version":"0.1","type":"container","ops":[{"type":"container/run","id":"web","args":{"image":"busybox","cmd":["httpd"],"expose":8080}}]}""";

    private readonly TestNetwork _network;
    private readonly SimulatedNode _node;
    private int _connections;

    private ScriptedService(TestNetwork network, SimulatedNode node, TunnelNode tunnel, string host) => (_network, _node, Tunnel, Host) = (network, node, tunnel, host);

    public TunnelNode Tunnel { get; }

    /// <summary>The name at which it is asked.</summary>
    public string Host { get; }

    /// <summary>How many connections to it were opened.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>A service that gives each connection to the script.</summary>
    public static async Task<ScriptedService> StartAsync(Func<Stream, Task> script)
    {
        var network = await TestNetwork.StartAsync();
        var node = await SimulatedNode.JoinedAsync(network);
        var tunnel = await TunnelNode.OpenAsync(network, node);
        var job = await network.PostJobAsync(Web);
        var endpoint = (await network.GetAsync($"/api/jobs/{job}")).ShouldSucceed().Json.GetProperty("endpoints")[0];
        var url = new Uri(endpoint.GetProperty("url").GetString()!);
        var index = network.Server.Services.GetRequiredService<ServiceIndex>();
        await Eventually.IsAsync(() => index.Find(url.Host.Split('.')[0]) is not null, "the service is known");
        var service = new ScriptedService(network, node, tunnel, url.Authority);
        tunnel.Script = stream =>
        {
            Interlocked.Increment(ref service._connections);
            return script(stream);
        };
        return service;
    }

    /// <summary>A service that reads the head of one request, says this and ends the connection.</summary>
    public static Task<ScriptedService> SayingAsync(string answer) => StartAsync(async stream =>
    {
        await stream.ReadHeadAsync();
        await stream.SayAsync(answer);
    });

    /// <summary>What a service that says this makes of a GET.</summary>
    public static async Task<RawAnswer> AnswerAsync(string answer)
    {
        await using var service = await SayingAsync(answer);
        return await service.AskAsync();
    }

    /// <summary>Connects to the server and says this.</summary>
    public async Task<NetworkStream> DialAsync(string text)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync("127.0.0.1", new Uri(_network.Server.Url).Port, TestNetwork.Cancellation);
        var stream = new NetworkStream(socket, ownsSocket: true);
        await stream.SayAsync(text);
        return stream;
    }

    /// <summary>The head of a request that is its connection's last, with further fields, each with its line's end.</summary>
    public string Request(string line = "GET / HTTP/1.1", string fields = "") => $"{line}\r\nHost: {Host}\r\nConnection: close\r\n{fields}\r\n";

    /// <summary>Asks and reads the answer to its end.</summary>
    public async Task<RawAnswer> AskAsync(string line = "GET / HTTP/1.1", string fields = "", string body = "")
    {
        await using var stream = await DialAsync(Request(line, fields) + body);
        var (text, isBroken) = await stream.ReadToEndAsync();
        return new RawAnswer(text, isBroken);
    }

    public async ValueTask DisposeAsync()
    {
        await Tunnel.DisposeAsync();
        _node.Dispose();
        await _network.DisposeAsync();
    }
}
