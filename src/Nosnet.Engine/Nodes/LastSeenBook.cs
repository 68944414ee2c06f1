using System.Collections.Concurrent;

namespace Nosnet.Engine;

/// <summary>When each node was last heard of. It is kept in memory: after a restart every node has a whole lease to be heard again.</summary>
public sealed class LastSeenBook(DateTimeOffset startedAt)
{
    private readonly ConcurrentDictionary<long, DateTimeOffset> _seen = new();

    public DateTimeOffset Of(long node) => _seen.TryGetValue(node, out var at) ? at : startedAt;

    public DateTimeOffset? Known(long node) => _seen.TryGetValue(node, out var at) ? at : null;

    internal void Mark(long node, DateTimeOffset at) => _seen[node] = at;
}
