using Microsoft.Extensions.Logging;
using Nosnet.Engine;
using Nosnet.Protocol;
using Nosnet.Storage;

namespace Nosnet.Server;

/// <summary>The way to the nodes: through the tunnels that they have open to this server, or past the server that holds them.</summary>
internal sealed partial class Tunnels(INetworkStores stores, NodePassage passage, TimeProvider time, ILogger<Tunnels> logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);
    private static readonly Uri Hello = new("http://node/");

    private readonly OpenTunnels _open = new(time);

    /// <summary>Tells of every tunnel that opened, by the key of its node.</summary>
    public event Action<long>? Opened;

    /// <summary>The nodes whose tunnels this server holds.</summary>
    public IReadOnlyCollection<NodeAddress> Nodes => _open.Nodes;

    /// <summary>Their keys.</summary>
    public IReadOnlyCollection<long> NodeKeys => _open.NodeKeys;

    public static Refusal Unreachable(NodeAddress node) =>
        new(ErrorCode.NodeUnreachable, $"The node {node} has no connection to this network now. It redials by itself; try again in a moment.");

    public Tunnel? Find(NodeAddress node) => _open.Find(node);

    /// <summary>Uses a connection that a node dialled until it is over.</summary>
    public async Task ServeAsync(Node node, Stream stream, CancellationToken cancellation)
    {
        using var tunnel = new Tunnel(node.Address, stream) { NodeKey = node.Key };
        _open.Add(tunnel);
        LogOpened(node.Address);
        try
        {
            await SayAsync(peers => peers.HoldAsync(node.Address, cancellation));
            using var held = await GreetAsync(tunnel, cancellation);
            Opened?.Invoke(node.Key);
            if (held is not null && await SaysItLeavesAsync(held, cancellation))
                tunnel.Retire();
            await tunnel.Closed.WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            if (_open.Remove(tunnel))
            {
                await SayAsync(peers => peers.LetGoAsync(node.Address, CancellationToken.None));
                // Its next may have opened meanwhile, and been told of before.
                if (Find(node.Address) is not null)
                    await SayAsync(peers => peers.HoldAsync(node.Address, CancellationToken.None));
            }

            LogClosed(node.Address);
        }
    }

    /// <summary>Sends a request to a node. One that is just redialling is waited for.</summary>
    /// <returns>The answer, or a refusal where the node has no tunnel. A tunnel that breaks meanwhile throws <see cref="HttpRequestException"/>.</returns>
    public async Task<Outcome<HttpResponseMessage>> SendAsync(NodeAddress node, Func<HttpRequestMessage> request, CancellationToken cancellation)
    {
        using var message = request();
        return await SendAsync(node, message, cancellation);
    }

    /// <summary>The same with a request that whoever asks disposes of.</summary>
    public async Task<Outcome<HttpResponseMessage>> SendAsync(NodeAddress node, HttpRequestMessage request, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        var isSafe = IsSafe(request);
        var isFirst = true;
        while (true)
        {
            if (Find(node) is not { } tunnel)
            {
                if (await passage.HolderAsync(node, cancellation) is { } holder)
                {
                    if (request.Options.TryGetValue(NodeInvoker.Service, out _))
                        throw new NodeMovedException(holder);
                    var passed = await passage.SendAsync(node, request, holder, cancellation);
                    if (!passed.IsRefused || request.Content is not null || time.GetElapsedTime(start) > OpenTunnels.FirstDialTime)
                        return passed;
                    await Task.Delay(Pause, time, cancellation);
                    continue;
                }

                var waits = !request.Options.TryGetValue(NodeInvoker.FailsAtOnce, out var failsAtOnce) || !failsAtOnce;
                // Only for a while, for it may have come to another server.
                if (!waits || !await _open.WaitAsync(node, start, LookAgain, cancellation))
                    return Unreachable(node);
                continue;
            }

            try
            {
                return await tunnel.SendAsync(request, cancellation);
            }
            catch (TunnelSpentException)
            {
                // Nothing was sent, so the request may go through the node's next tunnel.
            }
            catch (HttpRequestException failure) when (isFirst && MayRepeat(request, failure, isSafe))
            {
                // Once, for it may be what the node broke of.
                if (!await tunnel.IsOverAsync(time, cancellation))
                    throw;
                isFirst = false;
            }
        }
    }

    /// <summary>Whether a request has failed with its tunnel and may be sent through another: it was not sent, or does no harm when it is sent again.</summary>
    private static bool MayRepeat(HttpRequestMessage request, Exception failure, bool isSafe) =>
        !request.Options.TryGetValue(NodeInvoker.Service, out _) ? isSafe : ServiceFaults.Of(failure) switch
        {
            ServiceFault.NotReached => true,
            ServiceFault.Lost => isSafe,
            _ => false,
        };

    /// <summary>Safe methods only change nothing, whoever asks how often (RFC 9110, 9.2.2).</summary>
    private static bool IsSafe(HttpRequestMessage request) =>
        request.Content is null && (request.Method == HttpMethod.Get || request.Method == HttpMethod.Head || request.Method == HttpMethod.Options);

    /// <summary>Tells the other servers. What they are not told now they are with the next beat.</summary>
    private async Task SayAsync(Func<IPeers, ValueTask> say)
    {
        try
        {
            if (stores.Peers is { } peers)
                await say(peers);
        }
        catch (Exception failure) when (failure is StoreUnavailableException or OperationCanceledException)
        {
            LogNotTold(failure.Message);
        }
    }

    /// <summary>
    /// HTTP/2 begins with the client's first request: until then neither side pings, and a dead path would not be noticed. The node says in
    /// its answer that it goes away, and ends it when all that was sent before has arrived, so the answer is held for as long as the tunnel.
    /// </summary>
    private async Task<HttpResponseMessage?> GreetAsync(Tunnel tunnel, CancellationToken cancellation)
    {
        try
        {
            using var hello = new HttpRequestMessage(HttpMethod.Get, Hello);
            return await tunnel.SendAsync(hello, cancellation);
        }
        catch (Exception failure) when (failure is HttpRequestException or TunnelSpentException or OperationCanceledException)
        {
            if (!cancellation.IsCancellationRequested)
                LogGreetingFailed(tunnel.Node, failure.Message);
            tunnel.Dispose();
            return null;
        }
    }

    /// <summary>Waits for the node's word. One that ends its answer without has not said that it goes.</summary>
    private static async Task<bool> SaysItLeavesAsync(HttpResponseMessage held, CancellationToken cancellation)
    {
        try
        {
            await using var body = await held.Content.ReadAsStreamAsync(cancellation);
            return await body.ReadAsync(new byte[1], cancellation) > 0;
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException)
        {
            // It has left without a word, or the server stops.
            return false;
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Node {Node} has opened its tunnel.")]
    private partial void LogOpened(NodeAddress node);

    [LoggerMessage(2, LogLevel.Information, "A tunnel of node {Node} has closed.")]
    private partial void LogClosed(NodeAddress node);

    [LoggerMessage(4, LogLevel.Warning, "The other servers could not be told of a tunnel: {Reason}")]
    private partial void LogNotTold(string reason);

    [LoggerMessage(3, LogLevel.Warning, "Node {Node} does not answer through its tunnel: {Reason}")]
    private partial void LogGreetingFailed(NodeAddress node, string reason);
}
