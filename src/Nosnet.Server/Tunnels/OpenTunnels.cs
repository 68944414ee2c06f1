using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>Which tunnel of which node is open, and how long one that is gone is worth waiting for. The newest of a node is used, the one before may drain.</summary>
internal sealed class OpenTunnels(TimeProvider time)
{
    /// <summary>For how long a node that was not seen yet is waited for.</summary>
    public static readonly TimeSpan FirstDialTime = TimeSpan.FromSeconds(2);

    /// <summary>For how long a node is waited for that has left: until its silence takes its runs from it. One that stays away longer keeps nobody waiting.</summary>
    public static readonly TimeSpan RedialTime = TimeSpan.FromSeconds(20);

    private readonly Lock _lock = new();
    private readonly Dictionary<NodeAddress, Open> _open = [];
    private readonly Dictionary<NodeAddress, long> _lost = [];
    private readonly Dictionary<NodeAddress, TaskCompletionSource> _awaited = [];

    public IReadOnlyCollection<NodeAddress> Nodes
    {
        get
        {
            lock (_lock)
                return [.. _open.Keys];
        }
    }

    public IReadOnlyCollection<long> NodeKeys
    {
        get
        {
            lock (_lock)
                return [.. _open.Values.Select(o => o.Newest.NodeKey)];
        }
    }

    public Tunnel? Find(NodeAddress node)
    {
        lock (_lock)
            return _open.GetValueOrDefault(node)?.Newest is { IsSpent: false } tunnel ? tunnel : null;
    }

    /// <summary>Waits for the next tunnel of a node that has none, for as long as that is worth it.</summary>
    /// <param name="node">The node.</param>
    /// <param name="since">When whoever asks began to.</param>
    /// <param name="most">For how long at most.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>False where it is not worth waiting any more. Else it is time to look, and perhaps to wait again.</returns>
    public async ValueTask<bool> WaitAsync(NodeAddress node, long since, TimeSpan most, CancellationToken cancellation)
    {
        var (tunnel, left, opening) = Look(node, since);
        if (tunnel is not null)
            return true;
        if (left <= TimeSpan.Zero)
            return false;
        await opening.WaitAsync(left < most ? left : most, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellation.ThrowIfCancellationRequested();
        return true;
    }

    public void Add(Tunnel tunnel)
    {
        lock (_lock)
        {
            var before = _open.GetValueOrDefault(tunnel.Node);
            // More than one that drains is more than any node needs.
            before?.Draining?.Dispose();
            _open[tunnel.Node] = new Open(tunnel, before?.Newest);
            _lost.Remove(tunnel.Node);
            if (_awaited.Remove(tunnel.Node, out var awaited))
                awaited.TrySetResult();
        }
    }

    /// <summary>Whether it was the newest of its node.</summary>
    public bool Remove(Tunnel tunnel)
    {
        lock (_lock)
        {
            if (_open.GetValueOrDefault(tunnel.Node) is not { } open)
                return false;
            if (open.Newest == tunnel)
            {
                _open.Remove(tunnel.Node);
                _lost.TryAdd(tunnel.Node, time.GetTimestamp());
                return true;
            }

            if (open.Draining == tunnel)
                _open[tunnel.Node] = open with { Draining = null };
            return false;
        }
    }

    /// <summary>The tunnel, or for how long to wait for the next: seen at one moment, for tunnels open and end at any.</summary>
    private (Tunnel? Tunnel, TimeSpan Left, Task Opening) Look(NodeAddress node, long since)
    {
        lock (_lock)
        {
            var newest = _open.GetValueOrDefault(node)?.Newest;
            if (newest is { IsSpent: false })
                return (newest, TimeSpan.Zero, Task.CompletedTask);
            // It has said that it goes away, so from now on its next is awaited.
            if (newest is not null)
                _lost.TryAdd(node, time.GetTimestamp());
            var left = _lost.TryGetValue(node, out var lost) ? RedialTime - time.GetElapsedTime(lost) : FirstDialTime - time.GetElapsedTime(since);
            if (left <= TimeSpan.Zero)
                return (null, left, Task.CompletedTask);
            if (!_awaited.TryGetValue(node, out var awaited))
                _awaited[node] = awaited = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return (null, left, awaited.Task);
        }
    }

    private sealed record Open(Tunnel Newest, Tunnel? Draining);
}
