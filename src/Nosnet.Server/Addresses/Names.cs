using System.Collections.Concurrent;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>The public addresses of rows. A row never changes its address, so what was read once is kept.</summary>
internal sealed class Names(NetworkEngine engine)
{
    private const int MostAccounts = 100_000;

    private readonly ConcurrentDictionary<long, AccountAddress> _accounts = [];
    private readonly ConcurrentDictionary<long, MarketAddress> _markets = [];
    private readonly ConcurrentDictionary<long, NodeAddress> _nodes = [];

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
        foreach (var node in await engine.Read.NodesAsync(cancellation))
            _nodes[node.Key] = node.Address;
        return _nodes[key];
    }

    /// <summary>The market of an address or a slug; null where there is none.</summary>
    public async ValueTask<Market?> FindMarketAsync(string text, CancellationToken cancellation)
    {
        var markets = await engine.Read.MarketsAsync(cancellation);
        return (MarketAddress.TryParse(text, out var address) ? markets.FirstOrDefault(m => m.Address == address) : null)
            ?? markets.FirstOrDefault(m => m.Slug == text);
    }

    public async ValueTask<Node?> FindNodeAsync(NodeAddress address, CancellationToken cancellation) =>
        (await engine.Read.NodesAsync(cancellation)).FirstOrDefault(n => n.Address == address);
}
