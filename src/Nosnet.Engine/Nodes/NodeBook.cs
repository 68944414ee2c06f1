using System.Collections.Concurrent;

namespace Nosnet.Engine;

/// <summary>
/// Every node as it was committed last. The lane writes it; whoever counts nodes reads it at any time, without asking the store for all of
/// them and without keeping the lane from its work.
/// </summary>
internal sealed class NodeBook
{
    private readonly ConcurrentDictionary<long, Node> _nodes = new();

    /// <summary>The nodes, in no order.</summary>
    public IEnumerable<Node> All => _nodes.Select(static n => n.Value);

    public void Put(Node node) => _nodes[node.Key] = node;
}
