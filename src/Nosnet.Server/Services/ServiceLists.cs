using System.Collections.ObjectModel;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>The exposed ports of jobs, running or not.</summary>
internal sealed class ServiceLists(NetworkEngine engine, Names names, Revisions revisions, ServiceIndex index, ServiceIds ids)
{
    /// <summary>Those of a job's current run, as its definition has them; null where the job has no run now, or exposes nothing.</summary>
    public async ValueTask<ServiceList?> OfRunAsync(Job job, CancellationToken cancellation) =>
        job is { State: JobState.Running, Node: not 0 } && await revisions.OfJobAsync(job, cancellation) is { Exposes: true } definition
            ? ServiceList.Of(engine.Addresses.Job(job.Key), engine.Addresses.Run(job.Key, job.Epoch), await names.NodeAsync(job.Node, cancellation), definition, ids) with
            {
                Shared = await SharedAsync(job, definition, cancellation),
                IsStopping = job.StopRequested,
            }
            : null;

    /// <summary>What a job's owner is shown.</summary>
    public async ValueTask<IReadOnlyList<RunningService>> ShownAsync(Job job, CancellationToken cancellation)
    {
        if (job.State is JobState.Running && index.TryGet(job.Key, out var running))
            return running.Services;
        // Most jobs expose nothing, and addresses cost more than looking.
        if (await revisions.OfJobAsync(job, cancellation) is not { Exposes: true } definition)
            return [];
        var services = ServiceList.Of(engine.Addresses.Job(job.Key), engine.Addresses.Run(job.Key, job.Epoch), default, definition, ids).Services;
        return
        [
            .. services
                // A private id belongs to a run, and before the first there is none.
                .Where(service => job.Epoch > 0 || definition.Ops[service.Target.Operation] is ContainerRun { Private: false })
                .Select(service => job.IsEnded ? service with { Status = EndpointStatus.Offline } : service),
        ];
    }

    private async ValueTask<IReadOnlyDictionary<string, string>> SharedAsync(Job job, JobDefinition definition, CancellationToken cancellation)
    {
        if (job.Deployment == 0 || await engine.Read.DeploymentAsync(job.Deployment, cancellation) is not { } deployment)
            return ReadOnlyDictionary<string, string>.Empty;
        var (id, vault) = (deployment.Address.ToString(), await names.AccountAsync(deployment.Payer, cancellation));
        return definition.Ops.OfType<ContainerRun>().Where(op => op.Expose.Count > 0).ToDictionary(op => op.Id, op => EndpointId.OfDeployment(id, vault, op.Id), StringComparer.Ordinal);
    }
}
