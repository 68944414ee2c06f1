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

    public async Task<MarketView> OneAsync(Market market, CancellationToken cancellation)
    {
        var load = await engine.Read.MarketLoadAsync(market.Key, cancellation);
        return new MarketView
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
            QueuedJobs = load.Queued,
            RunningJobs = load.Running,
            FreeNodes = await FreeNodesAsync(market.Key, cancellation),
        };
    }

    /// <summary>How many nodes of a market wait for a job and live.</summary>
    public async Task<int> FreeNodesAsync(long market, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var nodes = await engine.Read.NodesAsync(cancellation);
        return nodes.Count(n => n.Market == market && n.IsWaiting && Leases.IsLive(engine.Seen.Of(n.Key), now));
    }
}
