using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>What nodes are told of their runs.</summary>
internal sealed class Assignments(NetworkEngine engine, Names names, ServerAddress address, SharedServices shared, NodePassage passage, TimeProvider time)
{
    public async ValueTask<Assignment> OfAsync(Job job, CancellationToken cancellation) => new()
    {
        Run = engine.Addresses.Run(job.Key, job.Epoch),
        Epoch = job.Epoch,
        Job = engine.Addresses.Job(job.Key),
        Project = await names.AccountAsync(job.Account, cancellation),
        Market = await names.MarketAsync(job.Market, cancellation),
        Definition = job.Definition,
        TimeoutSeconds = job.TimeoutSeconds,
        RemainingSeconds = Remaining(job),
        EndpointDomain = address.EndpointDomain,
        StopRequested = await IsToStopAsync(job, cancellation),
    };

    /// <summary>
    /// Whether the node is to stop it now: its owner asked to, and none of its deployment's requests break by that. All of them, whichever server
    /// they came to, pass by the one that holds the node's tunnel, so that one alone can tell that they are over.
    /// </summary>
    public async ValueTask<bool> IsToStopAsync(Job job, CancellationToken cancellation)
    {
        if (job.StopRequestedAt is not { } asked)
            return false;
        var since = time.GetUtcNow() - asked;
        if (job.Deployment == 0 || !shared.Has(job.Key))
            return true;
        if (!shared.MayStop(job.Key, since))
            return false;
        return since >= SharedServices.MostDrain || await passage.HolderAsync(await names.NodeAsync(job.Node, cancellation), cancellation) is null;
    }

    /// <summary>The seconds left to a run by this server's clock; null where it has not started.</summary>
    public double? Remaining(Job job) => job.Deadline is { } deadline ? Math.Max(0, (deadline - time.GetUtcNow()).TotalSeconds) : null;
}
