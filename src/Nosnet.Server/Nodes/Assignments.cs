using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>What nodes are told of their runs.</summary>
internal sealed class Assignments(NetworkEngine engine, Names names, ServerAddress address, TimeProvider time)
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
        StopRequested = job.StopRequested,
    };

    /// <summary>The seconds left to a run by this server's clock; null where it has not started.</summary>
    public double? Remaining(Job job) => job.Deadline is { } deadline ? Math.Max(0, (deadline - time.GetUtcNow()).TotalSeconds) : null;
}
