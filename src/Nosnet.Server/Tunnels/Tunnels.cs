using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>The tunnels that nodes have open to this server: the newest of each node is used, the one before may drain.</summary>
internal sealed partial class Tunnels(TimeProvider time, ILogger<Tunnels> logger)
{
    private static readonly TimeSpan RedialTime = TimeSpan.FromSeconds(2);
    private static readonly Uri Hello = new("http://node/");

    private readonly Lock _lock = new();
    private readonly Dictionary<NodeAddress, Open> _open = [];
    private readonly ConcurrentDictionary<NodeAddress, TaskCompletionSource> _awaited = [];

    /// <summary>Tells of every tunnel that opened, by the key of its node.</summary>
    public event Action<long>? Opened;

    public Tunnel? Find(NodeAddress node)
    {
        lock (_lock)
            return _open.GetValueOrDefault(node)?.Newest is { IsSpent: false } tunnel ? tunnel : null;
    }

    /// <summary>Uses a connection that a node dialled until it is over.</summary>
    public async Task ServeAsync(Node node, Stream stream, CancellationToken cancellation)
    {
        using var tunnel = new Tunnel(node.Address, stream);
        Add(tunnel);
        LogOpened(node.Address);
        try
        {
            await GreetAsync(tunnel, cancellation);
            Opened?.Invoke(node.Key);
            await tunnel.Closed.WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            Remove(tunnel);
            LogClosed(node.Address);
        }
    }

    /// <summary>Sends a request to a node. One that is just redialling is waited for.</summary>
    /// <returns>The answer, or a refusal where the node has no tunnel. A tunnel that breaks meanwhile throws <see cref="HttpRequestException"/>.</returns>
    public async Task<Outcome<HttpResponseMessage>> SendAsync(NodeAddress node, Func<HttpRequestMessage> request, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            if (await FindOrWaitAsync(node, RedialTime - time.GetElapsedTime(start), cancellation) is not { } tunnel)
                return new Refusal(ErrorCode.NodeUnreachable, $"The node {node} has no connection to this server now. It redials by itself; try again in a moment.");
            using var message = request();
            try
            {
                return await tunnel.SendAsync(message, cancellation);
            }
            catch (TunnelSpentException)
            {
                // Nothing was sent, so the request may go through the node's next tunnel.
            }
        }
    }

    private async ValueTask<Tunnel?> FindOrWaitAsync(NodeAddress node, TimeSpan atMost, CancellationToken cancellation)
    {
        if (Find(node) is { } open)
            return open;
        if (atMost <= TimeSpan.Zero)
            return null;
        var awaited = _awaited.GetOrAdd(node, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        if (Find(node) is { } meanwhile)
            return meanwhile;
        try
        {
            await awaited.Task.WaitAsync(atMost, time, cancellation);
        }
        catch (TimeoutException)
        {
            _awaited.TryRemove(new KeyValuePair<NodeAddress, TaskCompletionSource>(node, awaited));
        }

        return Find(node);
    }

    private void Add(Tunnel tunnel)
    {
        lock (_lock)
        {
            var before = _open.GetValueOrDefault(tunnel.Node);
            // More than one that drains is more than any node needs.
            before?.Draining?.Dispose();
            _open[tunnel.Node] = new Open(tunnel, before?.Newest);
        }

        if (_awaited.TryRemove(tunnel.Node, out var awaited))
            awaited.TrySetResult();
    }

    private void Remove(Tunnel tunnel)
    {
        lock (_lock)
        {
            if (_open.GetValueOrDefault(tunnel.Node) is not { } open)
                return;
            if (open.Newest == tunnel)
                _open.Remove(tunnel.Node);
            else if (open.Draining == tunnel)
                _open[tunnel.Node] = open with { Draining = null };
        }
    }

    /// <summary>HTTP/2 begins with the client's first request: until then neither side pings, and a dead path would not be noticed.</summary>
    private async Task GreetAsync(Tunnel tunnel, CancellationToken cancellation)
    {
        try
        {
            using var hello = new HttpRequestMessage(HttpMethod.Get, Hello);
            using var answer = await tunnel.SendAsync(hello, cancellation);
        }
        catch (Exception failure) when (failure is HttpRequestException or TunnelSpentException or OperationCanceledException)
        {
            if (!cancellation.IsCancellationRequested)
                LogGreetingFailed(tunnel.Node, failure.Message);
            tunnel.Dispose();
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Node {Node} has opened its tunnel.")]
    private partial void LogOpened(NodeAddress node);

    [LoggerMessage(2, LogLevel.Information, "A tunnel of node {Node} has closed.")]
    private partial void LogClosed(NodeAddress node);

    [LoggerMessage(3, LogLevel.Warning, "Node {Node} does not answer through its tunnel: {Reason}")]
    private partial void LogGreetingFailed(NodeAddress node, string reason);

    private sealed record Open(Tunnel Newest, Tunnel? Draining);
}
