namespace Nosnet.Protocol;

/// <summary>A port of a job that is reachable from outside.</summary>
/// <param name="Id">The id in its address, see <see cref="EndpointId"/>.</param>
/// <param name="OperationIndex">The operation's place in the definition.</param>
/// <param name="OperationId">The operation's id.</param>
/// <param name="Port">The port.</param>
/// <param name="HasHealthCheck">Whether the node checks the service before it counts as started.</param>
public sealed record ExposedService(string Id, int OperationIndex, string OperationId, ExposedPort Port, bool HasHealthCheck)
{
    /// <summary>
    /// The public services of a job. Empty where an operation with ports is private, for then official clients hide all; ports that are
    /// literals are not known before the node has their values, and are left out.
    /// </summary>
    public static ValueList<ExposedService> Of(JobDefinition definition, JobAddress job)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return IsPrivate(definition)
            ? []
            : [.. definition.Ops.SelectMany((operation, index) => operation is ContainerRun run
                ? run.Expose.OfType<ExposedPort>().Select(port =>
                    new ExposedService(EndpointId.Of(job, index, port.Port), index, run.Id, port, port.HealthChecks.Count > 0))
                : [])];
    }

    /// <summary>Whether any operation with ports is private.</summary>
    public static bool IsPrivate(JobDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return definition.Ops.Any(operation => operation is ContainerRun { Private: true, Expose.Count: > 0 });
    }
}
