using System.Text.Json;
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
        Draining = node.Drain is not Drain.None,
        LastSeenAt = engine.Seen.Known(node.Key),
        Info = node.Hardware,
        Policy = node.Policy is { } policy ? JsonElement.Parse(policy) : null,
    };

    public static string State(Node node, bool isLive) =>
        !isLive ? "OFFLINE"
        : node.Running > 0 ? "RUNNING_JOB"
        : node.IsWaiting ? "QUEUED"
        : "OTHER";
}
