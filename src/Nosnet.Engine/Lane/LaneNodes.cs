using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>The nodes of a lane, all in memory: by key, by address, and in each market those with a free slot in the order in which they wait.</summary>
internal sealed class LaneNodes
{
    private readonly Dictionary<long, Node> _rows = [];
    private readonly Dictionary<NodeAddress, long> _byAddress = [];
    private readonly Dictionary<long, SortedSet<(DateTimeOffset Since, long Key)>> _waiting = [];

    public IEnumerable<Node> All => _rows.Values;

    public Node? Row(long key) => _rows.GetValueOrDefault(key);
    public Node? Row(NodeAddress address) => _byAddress.TryGetValue(address, out var key) ? _rows[key] : null;

    public IEnumerable<Node> Waiting(long market) => _waiting.TryGetValue(market, out var nodes) ? nodes.Select(n => _rows[n.Key]) : [];

    /// <returns>Whether the machine is another than before.</returns>
    public bool Put(Node node)
    {
        if (_rows.TryGetValue(node.Key, out var before) && before.IsWaiting)
            _waiting[before.Market].Remove((before.WaitingSince, before.Key));
        _rows[node.Key] = node;
        _byAddress[node.Address] = node.Key;
        if (node.IsWaiting)
        {
            if (!_waiting.TryGetValue(node.Market, out var waiting))
                _waiting.Add(node.Market, waiting = []);
            waiting.Add((node.WaitingSince, node.Key));
        }

        return before is not null && before.Capacity != node.Capacity;
    }

    public void Clear()
    {
        _rows.Clear();
        _byAddress.Clear();
        _waiting.Clear();
    }
}
