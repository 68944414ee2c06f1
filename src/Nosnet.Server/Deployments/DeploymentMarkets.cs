using System.Globalization;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>
/// Whether a deployment's jobs can ever run in the market that it names. A market that this network does not have is no hindrance: official
/// deployments take any text, and say in their events what became of it.
/// </summary>
internal sealed class DeploymentMarkets(NetworkEngine engine, Names names)
{
    public async ValueTask<Refusal?> RefusalAsync(string named, long timeoutSeconds, JobRequirements? requirements, CancellationToken cancellation)
    {
        if (await names.FindMarketAsync(named.Trim(), cancellation) is not { } market)
            return null;
        if (timeoutSeconds > market.MaxTimeoutSeconds)
        {
            return new Refusal(ErrorCode.InvalidTimeout, string.Create(CultureInfo.InvariantCulture,
                $"A timeout of {DeploymentNumbers.Minutes(timeoutSeconds):0.##} minutes is too long for the market {market.Slug}: its jobs may run for {DeploymentNumbers.Minutes(market.MaxTimeoutSeconds):0.##}."));
        }

        if (requirements is null)
            return null;
        var nodes = (await engine.NodesAsync(cancellation)).Where(n => n.Market == market.Key).ToList();
        return nodes.Count == 0 || nodes.Any(n => n.Capacity.Reaches(requirements))
            ? null
            : new Refusal(ErrorCode.NodeUnfit,
                $"No node of the market {market.Slug} can run this job definition, the nearest because {nodes.Select(n => n.Capacity.Lack(requirements)).MinBy(l => l.Length)} Ask for less, or choose another market (GET /api/markets).");
    }
}
