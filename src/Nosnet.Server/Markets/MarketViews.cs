using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>Markets as they are shown.</summary>
internal sealed class MarketViews(NetworkEngine engine, TimeProvider time)
{
    public async Task<IReadOnlyList<MarketView>> AllAsync(CancellationToken cancellation)
    {
        var views = new List<MarketView>();
        foreach (var market in await engine.Read.MarketsAsync(cancellation))
            views.Add(await OneAsync(market, cancellation));
        return views;
    }

    public async Task<MarketView> OneAsync(Market market, CancellationToken cancellation) => Of(market, await UseAsync(market.Key, cancellation));

    /// <summary>How a market is used now.</summary>
    public async Task<MarketUse> UseAsync(long market, CancellationToken cancellation)
    {
        var load = await engine.Read.MarketLoadAsync(market, cancellation);
        return new MarketUse(load.Queued, load.Running, await FreeNodesAsync(market, cancellation));
    }

    public static MarketView Of(Market market, MarketUse use) => new()
    {
        Address = market.Address,
        Slug = market.Slug,
        Name = market.Name,
        UsdRewardPerHour = market.RewardPerHour,
        NetworkFeePercentage = market.FeeBasisPoints / 100m,
        GpuTypes = market.GpuTypes,
        RequiredImages = market.RequiredImages,
        PricePerHour = market.PricePerHour,
        MaxTimeoutSeconds = market.MaxTimeoutSeconds,
        QueueExpirySeconds = market.QueueExpirySeconds,
        Open = market.Open,
        QueuedJobs = use.Queued,
        RunningJobs = use.Running,
        FreeNodes = use.FreeNodes,
    };

    /// <summary>How many nodes of a market wait for a job and live.</summary>
    public async Task<int> FreeNodesAsync(long market, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var nodes = await engine.NodesAsync(cancellation);
        return nodes.Count(n => n.Market == market && n.IsWaiting && Leases.IsLive(engine.Seen.Of(n.Key), now));
    }
}

/// <summary>How many jobs of a market wait and run, and how many of its nodes are free.</summary>
internal readonly record struct MarketUse(int Queued, int Running, int FreeNodes);
