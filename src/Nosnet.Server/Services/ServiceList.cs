using System.Collections.ObjectModel;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>The exposed ports of one job on one node: those that its definition names, and those that the node found where it has literals.</summary>
internal sealed record ServiceList(JobAddress Job, RunAddress Run, NodeAddress Node, JobDefinition Definition, ValueList<RunningService> Services)
{
    /// <summary>For a job of a deployment: the id of the endpoint that each operation shares with the deployment's other jobs.</summary>
    public IReadOnlyDictionary<string, string> Shared { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Whether it is to be stopped, so that it gets no new request of those that it shares.</summary>
    public bool IsStopping { get; init; }

    /// <summary>Whether its node has said to this server how the ports are.</summary>
    public bool IsReported { get; init; }

    // A literal may become many ports; what a node says of them is bounded like everything that arrives.
    private const int MostServices = DefinitionLimits.ExposedPorts;

    /// <summary>What the definition alone says.</summary>
    public static ServiceList Of(JobAddress job, RunAddress run, NodeAddress node, JobDefinition definition, ServiceIds ids) =>
        new(job, run, node, definition,
        [
            .. definition.Ops.Index().Where(op => op.Item is ContainerRun).SelectMany(op => ((ContainerRun)op.Item).Expose.OfType<ExposedPort>().Select(port =>
                Service(job, node, (ContainerRun)op.Item, new ServiceTarget(run, op.Index, port.Port), ids, Before(port)))),
        ]);

    /// <summary>With what the node says now. What it says of ports that the definition cannot mean is not believed.</summary>
    public ServiceList With(IReadOnlyList<ServiceReport> reports, ServiceIds ids)
    {
        var services = Services.ToList();
        foreach (var report in reports.Take(MostServices))
        {
            var target = new ServiceTarget(Run, report.Operation, report.Port);
            var status = Enum.IsDefined(report.Status) ? report.Status : EndpointStatus.Unknown;
            if (services.FindIndex(service => service.Target == target) is >= 0 and var known)
            {
                // A node that has just been started again has not looked yet: what it last saw holds until it has.
                if (status != EndpointStatus.Unknown)
                    services[known] = services[known] with { Status = status };
            }
            else if (services.Count < MostServices && MayMean(target) is { } operation)
                services.Add(Service(Job, Node, operation, target, ids, status));
        }
        return this with { Services = [.. services], IsReported = true };
    }

    private ContainerRun? MayMean(ServiceTarget target) =>
        target is { Operation: >= 0, Port: >= 1 and <= 65535 }
        && Definition.Ops.ElementAtOrDefault(target.Operation) is ContainerRun operation && operation.Expose.Any(exposure => exposure is not ExposedPort)
            ? operation
            : null;

    private static RunningService Service(JobAddress job, NodeAddress node, ContainerRun operation, ServiceTarget target, ServiceIds ids, EndpointStatus status) =>
        new(ids.Of(job, operation, target), node, target, operation.Id, status);

    private static EndpointStatus Before(ExposedPort port) => port.HealthChecks.Count > 0 ? EndpointStatus.Offline : EndpointStatus.Unknown;
}
