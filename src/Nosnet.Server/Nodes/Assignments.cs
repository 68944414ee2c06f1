using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>What nodes are told of their runs.</summary>
internal sealed class Assignments(NetworkEngine engine, Names names, ServerAddress address, SharedServices shared, TimeProvider time)
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
        StopRequested = IsToStop(job),
    };

    /// <summary>Whether the node is to stop it now: its owner asked to, and none of its deployment's requests break by that.</summary>
    public bool IsToStop(Job job) => job.StopRequestedAt is { } asked && (job.Deployment == 0 || shared.MayStop(job.Key, time.GetUtcNow() - asked));

    /// <summary>The seconds left to a run by this server's clock; null where it has not started.</summary>
    public double? Remaining(Job job) => job.Deadline is { } deadline ? Math.Max(0, (deadline - time.GetUtcNow()).TotalSeconds) : null;
}
