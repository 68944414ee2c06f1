using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>The exposed ports of jobs, running or not.</summary>
internal sealed class ServiceLists(NetworkEngine engine, Names names, Definitions definitions, ServiceIndex index, ServiceIds ids)
{
    /// <summary>Those of a job's current run, as its definition has them; null where the job has no run now.</summary>
    public async ValueTask<ServiceList?> OfRunAsync(Job job, CancellationToken cancellation) =>
        job is { State: JobState.Running, Node: not 0 } && await definitions.OfAsync(job.Definition, cancellation) is { } definition
            ? ServiceList.Of(engine.Addresses.Job(job.Key), engine.Addresses.Run(job.Key, job.Epoch), await names.NodeAsync(job.Node, cancellation), definition, ids)
            : null;

    /// <summary>What a job's owner is shown.</summary>
    public async ValueTask<IReadOnlyList<RunningService>> ShownAsync(Job job, CancellationToken cancellation)
    {
        if (job.State is JobState.Running && index.TryGet(job.Key, out var running))
            return running.Services;
        if (await definitions.OfAsync(job.Definition, cancellation) is not { } definition)
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
}
