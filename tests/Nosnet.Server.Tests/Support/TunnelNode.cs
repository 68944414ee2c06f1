using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

/// <summary>The node's end of a tunnel: a real Kestrel on a WebSocket that was dialled, with runs that exist on paper.</summary>
internal sealed class TunnelNode : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly PaperServices _services;
    private readonly Dialler _dialler;

    private readonly NodeAddress _address;
    private int _taken;

    private TunnelNode(WebApplication app, PaperServices services, Dialler dialler, NodeAddress address) => (_app, _services, _dialler, _address) = (app, services, dialler, address);

    /// <summary>Every assignment that was delivered, in order.</summary>
    public ConcurrentQueue<Assignment> Delivered { get; } = [];

    public ConcurrentDictionary<string, PaperLog> Logs { get; } = [];

    /// <summary>The operations of runs, as the node would say that they stand.</summary>
    public ConcurrentDictionary<string, JobResult> Operations { get; } = [];

    /// <summary>What runs use, as the node would say.</summary>
    public ConcurrentDictionary<string, JobStats> Stats { get; } = [];

    /// <summary>What the node says that it holds jobs to.</summary>
    public NodePolicy Policy { get; } = new() { Egress = Egress.None, Limits = new() { Pids = 64 } };

    /// <summary>What was asked of operations, without the run.</summary>
    public ConcurrentQueue<string> Commands { get; } = [];

    /// <summary>What is answered to that.</summary>
    public HttpStatusCode CommandStatus { get; set; } = HttpStatusCode.OK;

    /// <summary>The runs to whose services the node opens no stream, and why it says so.</summary>
    public ConcurrentDictionary<string, string> Refusing { get; } = [];

    /// <summary>The runs whose services take a request and do this instead of answering.</summary>
    public ConcurrentDictionary<string, PaperFault> Faults => _services.Faults;

    /// <summary>What its services say and hear on each of their connections, instead of what they do on paper. One that throws is a container's connection that broke.</summary>
    public Func<Stream, Task>? Script { get; set; }

    /// <summary>Called with each stream to a service that is to be opened, before it is.</summary>
    public Action? Opening { get; set; }

    /// <summary>How many requests its services have got.</summary>
    public int Taken => Volatile.Read(ref _taken);

    /// <summary>Whether it holds the server's first request for as long as it stays, as nodes do.</summary>
    public bool HoldsFirstRequest { get; private init; } = true;

    /// <summary>How often it has dialled.</summary>
    public int Dials => _dialler.Dials;

    public static async Task<TunnelNode> OpenAsync(TestNetwork network, SimulatedNode node, bool holdsFirstRequest = true)
    {
        var dialler = new Dialler(new Uri(network.Server.Url.Replace("http", "ws", StringComparison.Ordinal) + "/api/nodes/tunnel"), node.Token);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k =>
        {
            k.Listen(new IPEndPoint(IPAddress.Loopback, 0), l => l.Protocols = HttpProtocols.Http2);
            k.Limits.MinResponseDataRate = null;
        });
        builder.Services.AddSingleton<IConnectionListenerFactory>(dialler);
        var app = builder.Build();
        var self = new TunnelNode(app, await PaperServices.StartAsync(), dialler, node.Address) { HoldsFirstRequest = holdsFirstRequest };
        app.Run(self.AnswerAsync);
        await app.StartAsync(TestNetwork.Cancellation);
        await dialler.FirstDial.WaitAsync(TestNetwork.Cancellation);
        // Connected is not yet known to the server.
        var tunnels = network.Server.Services.GetRequiredService<Tunnels>();
        await Eventually.IsAsync(() => tunnels.Find(node.Address) is not null, "the server has the tunnel");
        return self;
    }

    /// <summary>Cuts the connection as a broken line would; the node dials again by itself.</summary>
    public void Cut() => _dialler.Cut();

    public async ValueTask DisposeAsync()
    {
        _dialler.Cut(forGood: true);
        await _app.DisposeAsync();
        await _services.DisposeAsync();
    }

    public PaperLog LogOf(Assignment run) => Logs.GetOrAdd(run.Run.ToString(), _ => new PaperLog());

    private async Task AnswerAsync(HttpContext http)
    {
        if (http.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: ServiceTarget.Protocol } connect)
        {
            await JoinAsync(http, connect, http.Request.Headers[ServiceTarget.Header].ToString());
            return;
        }

        var parts = http.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        switch (http.Request.Method, parts)
        {
            case ("GET", []) when HoldsFirstRequest:
                await http.Response.Body.FlushAsync(http.RequestAborted);
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                break;
            case ("PUT", ["runs", _]):
                Delivered.Enqueue((await JsonSerializer.DeserializeAsync(http.Request.Body, ProtocolJson.Default.Assignment, http.RequestAborted))!);
                http.Response.StatusCode = StatusCodes.Status202Accepted;
                break;
            case ("GET", ["runs", var run, "logs"]) when Logs.TryGetValue(run, out var log):
                http.Response.ContentType = "text/event-stream";
                await foreach (var entry in log.After(long.Parse(http.Request.Query["after"]!, System.Globalization.CultureInfo.InvariantCulture), http.RequestAborted))
                {
                    await http.Response.WriteAsync($"event: log\nid: {entry.Id}\ndata: {JsonSerializer.Serialize(entry, ProtocolJson.Default.LogEntry)}\n\n", http.RequestAborted);
                    await http.Response.Body.FlushAsync(http.RequestAborted);
                }

                break;
            case ("GET", ["info"]):
                await http.Response.WriteAsync(JsonSerializer.Serialize(new NodeAbout(_address, Results.Start) { Policy = Policy }, ProtocolJson.Default.NodeAbout), http.RequestAborted);
                break;
            case ("GET", ["runs", var run, "ops"]) when Operations.TryGetValue(run, out var operations):
                await http.Response.Body.WriteAsync(operations.ToUtf8Bytes(), http.RequestAborted);
                break;
            case ("GET", ["runs", var run, "stats"]) when Stats.TryGetValue(run, out var stats):
                await http.Response.WriteAsync(JsonSerializer.Serialize(stats, ProtocolJson.Default.JobStats), http.RequestAborted);
                break;
            case ("POST", ["runs", var run, "group", ..]) when Operations.TryGetValue(run, out var operations):
                Commands.Enqueue(string.Join('/', parts[2..]));
                http.Response.StatusCode = (int)CommandStatus;
                if (CommandStatus is HttpStatusCode.OK)
                    await http.Response.Body.WriteAsync(operations.ToUtf8Bytes(), http.RequestAborted);
                break;
            default:
                http.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }

    private async Task JoinAsync(HttpContext http, IHttpExtendedConnectFeature connect, string target)
    {
        Interlocked.Increment(ref _taken);
        Opening?.Invoke();
        if (Refusing.TryGetValue(target.Split('/')[0], out var why))
        {
            http.Response.StatusCode = StatusCodes.Status502BadGateway;
            http.Response.Headers[ServiceTarget.RefusedHeader] = why;
            return;
        }
        if (Faults.TryGetValue(target.Split('/')[0], out var fault) && fault is PaperFault.Unopened)
        {
            const int InternalError = 2;
            http.Features.GetRequiredFeature<IHttpResetFeature>().Reset(InternalError);
            return;
        }
        await using var stream = await connect.AcceptAsync();
        if (Script is { } script)
        {
            try
            {
                await script(stream);
            }
            catch (Exception) when (!http.RequestAborted.IsCancellationRequested)
            {
                http.Features.GetRequiredFeature<IHttpResetFeature>().Reset(ServiceTarget.ConnectError);
            }
            return;
        }
        if (await _services.ServeAsync(stream, target) is PaperFault.Reset)
            http.Features.GetRequiredFeature<IHttpResetFeature>().Reset(ServiceTarget.ConnectError);
    }

    /// <summary>Gives Kestrel the connections that it dials, one at a time.</summary>
    private sealed class Dialler(Uri server, string token) : IConnectionListenerFactory, IConnectionListener
    {
        private readonly TaskCompletionSource _firstDial = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly CancellationTokenSource _unbound = new();
        private Dialled? _current;

        public Task FirstDial => _firstDial.Task;
        public int Dials { get; private set; }
        public EndPoint EndPoint { get; } = new IPEndPoint(IPAddress.Loopback, 1);

        public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => ValueTask.FromResult<IConnectionListener>(this);

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            try
            {
                if (_current is not null)
                    await _current.Over.WaitAsync(_unbound.Token);
                var socket = new ClientWebSocket();
                socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
                await socket.ConnectAsync(server, _unbound.Token);
                Dials++;
                _firstDial.TrySetResult();
                return _current = new Dialled(socket);
            }
            catch (Exception failure) when (failure is OperationCanceledException or WebSocketException)
            {
                // The server has stopped or the test is over: there is nothing more to dial.
                _firstDial.TrySetException(failure);
                return null;
            }
        }

        public void Cut(bool forGood = false)
        {
            if (forGood)
                _unbound.Cancel();
            _current?.Abort(new ConnectionAbortedException());
        }

        public async ValueTask UnbindAsync(CancellationToken cancellationToken = default) => await _unbound.CancelAsync();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class Dialled : DefaultConnectionContext
    {
        private readonly WebSocket _socket;
        private readonly CancellationTokenSource _closed = new();
        private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Dialled(WebSocket socket)
            : base(Guid.NewGuid().ToString("N"))
        {
            _socket = socket;
            var stream = WebSocketStream.Create(socket, WebSocketMessageType.Binary);
            Transport = new Duplex(PipeReader.Create(stream), PipeWriter.Create(stream));
            ConnectionClosed = _closed.Token;
        }

        public Task Over => _over.Task;

        public override void Abort(ConnectionAbortedException abortReason)
        {
            _socket.Abort();
            _closed.Cancel();
        }

        public override async ValueTask DisposeAsync()
        {
            _socket.Dispose();
            _over.TrySetResult();
            await base.DisposeAsync();
        }
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}

/// <summary>A run's log that is written by hand.</summary>
internal sealed class PaperLog
{
    private readonly Lock _lock = new();
    private readonly List<LogEntry> _entries = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isComplete;

    public void Write(string line, string op = "hello", LogKind kind = LogKind.Stdout) => Change(() =>
        _entries.Add(new LogEntry { Id = _entries.Count + 1, OpId = op, Kind = kind, Message = line, Timestamp = Results.Start.AddSeconds(_entries.Count) }));

    public void Complete() => Change(() => _isComplete = true);

    public async IAsyncEnumerable<LogEntry> After(long number, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            (List<LogEntry> ready, Task changed, bool isComplete) = Snapshot(number);
            foreach (var entry in ready)
            {
                yield return entry;
                number = entry.Id;
            }

            if (isComplete)
                yield break;
            await changed.WaitAsync(cancellation);
        }
    }

    private (List<LogEntry> Ready, Task Changed, bool IsComplete) Snapshot(long number)
    {
        lock (_lock)
            return ([.. _entries.Where(e => e.Id > number)], _changed.Task, _isComplete);
    }

    private void Change(Action change)
    {
        TaskCompletionSource woken;
        lock (_lock)
        {
            change();
            woken = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        woken.SetResult();
    }
}
