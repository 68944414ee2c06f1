using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>Nodes as they are shown.</summary>
internal static class NodeViews
{
    public static async Task<NodeView> Of(Node node, NetworkEngine engine, Names names, TimeProvider time, CancellationToken cancellation) => new()
    {
        Address = node.Address,
        Name = node.Name,
        State = State(node, Leases.IsLive(engine.Seen.Of(node.Key), time.GetUtcNow())),
        Market = node.Market == 0 ? null : await names.MarketAsync(node.Market, cancellation),
        Slots = node.Slots,
        RunningJobs = node.Running,
        LastSeenAt = engine.Seen.Known(node.Key),
    };

    /// <summary>A live node that joined no market takes no jobs, which to whoever looks for one is the same as being away.</summary>
    private static string State(Node node, bool isLive) =>
        !isLive ? "OFFLINE"
        : node.Running > 0 ? "RUNNING_JOB"
        : node.Market != 0 ? "QUEUED"
        : "OFFLINE";
}
