using System.Collections.Concurrent;

namespace Nosnet.Engine;

/// <summary>When each node was last heard of. It is kept in memory: after a restart every node has a whole lease to be heard again.</summary>
public sealed class LastSeenBook(DateTimeOffset startedAt)
{
    private long _startedAt = startedAt.UtcTicks;
    private readonly ConcurrentDictionary<long, DateTimeOffset> _seen = new();

    /// <summary>Since when nodes can be heard.</summary>
    public DateTimeOffset StartedAt => new(Interlocked.Read(ref _startedAt), TimeSpan.Zero);

    public DateTimeOffset Of(long node) => _seen.TryGetValue(node, out var at) ? at : StartedAt;

    public DateTimeOffset? Known(long node) => _seen.TryGetValue(node, out var at) ? at : null;

    internal void Mark(long node, DateTimeOffset at) => _seen[node] = at;

    /// <summary>The clock leapt over time that did not pass, so no node was silent in it.</summary>
    internal void Skip(TimeSpan skipped)
    {
        Interlocked.Add(ref _startedAt, skipped.Ticks);
        foreach (var (node, at) in _seen)
            _seen[node] = at + skipped;
    }
}
