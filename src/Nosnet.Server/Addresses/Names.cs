using System.Collections.Concurrent;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>The public addresses of rows. A row never changes its address, so what was read once is kept.</summary>
internal sealed class Names(NetworkEngine engine, TimeProvider time)
{
    private const int MostAccounts = 100_000;

    // Whoever sends made-up host names shall not have the table of nodes read for each.
    private static readonly TimeSpan LabelsHold = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<long, AccountAddress> _accounts = [];
    private readonly ConcurrentDictionary<long, MarketAddress> _markets = [];
    private readonly ConcurrentDictionary<long, NodeAddress> _nodes = [];
    private readonly ConcurrentDictionary<string, NodeAddress> _labels = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lock _lock = new();
    private Task? _labelsRead;
    private long _labelsReadAt;

    public async ValueTask<AccountAddress> AccountAsync(long key, CancellationToken cancellation)
    {
        if (_accounts.TryGetValue(key, out var known))
            return known;
        var account = await engine.Read.AccountAsync(key, cancellation) ?? throw new InvalidOperationException($"There is no account {key}.");
        if (_accounts.Count >= MostAccounts)
            _accounts.Clear();
        return _accounts[key] = account.Address;
    }

    public async ValueTask<MarketAddress> MarketAsync(long key, CancellationToken cancellation)
    {
        if (_markets.TryGetValue(key, out var known))
            return known;
        foreach (var market in await engine.Read.MarketsAsync(cancellation))
            _markets[market.Key] = market.Address;
        return _markets[key];
    }

    public async ValueTask<NodeAddress> NodeAsync(long key, CancellationToken cancellation)
    {
        if (_nodes.TryGetValue(key, out var known))
            return known;
        await ReadNodesAsync(cancellation);
        return _nodes[key];
    }

    /// <summary>The market of an address or a slug; null where there is none.</summary>
    public async ValueTask<Market?> FindMarketAsync(string text, CancellationToken cancellation)
    {
        var markets = await engine.Read.MarketsAsync(cancellation);
        return (MarketAddress.TryParse(text, out var address) ? markets.FirstOrDefault(m => m.Address == address) : null)
            ?? markets.FirstOrDefault(m => m.Slug == text);
    }

    /// <summary>The node that a host name's label means. Addresses tell capitals apart, but host names do not, and browsers send them in small letters.</summary>
    public async ValueTask<NodeAddress?> FindNodeAddressAsync(string label, CancellationToken cancellation)
    {
        if (label.Length is < 32 or > 44)
            return null;
        if (_labels.TryGetValue(label, out var known))
            return known;
        await ReadLabels().WaitAsync(cancellation);
        return _labels.TryGetValue(label, out known) ? known : null;
    }

    /// <summary>The one reading of the table that all wait for who ask at the same time. What could not be read is read again by the next.</summary>
    private Task ReadLabels()
    {
        lock (_lock)
        {
            if (_labelsRead is null or { IsFaulted: true } || time.GetElapsedTime(_labelsReadAt) >= LabelsHold)
            {
                _labelsReadAt = time.GetTimestamp();
                _labelsRead = ReadNodesAsync(CancellationToken.None).AsTask();
            }

            return _labelsRead;
        }
    }

    /// <inheritdoc cref="FindNodeAddressAsync"/>
    public async ValueTask<Node?> FindNodeAsync(string label, CancellationToken cancellation) =>
        await FindNodeAddressAsync(label, cancellation) is { } address ? await FindNodeAsync(address, cancellation) : null;

    /// <summary>Takes a node that has just become known.</summary>
    public void Add(Node node)
    {
        _nodes[node.Key] = node.Address;
        _labels[node.Address.ToString()] = node.Address;
    }

    public ValueTask<Node?> FindNodeAsync(NodeAddress address, CancellationToken cancellation) => engine.Read.NodeAsync(address, cancellation);

    private async ValueTask ReadNodesAsync(CancellationToken cancellation)
    {
        foreach (var node in await engine.Read.NodesAsync(cancellation))
            Add(node);
    }
}
