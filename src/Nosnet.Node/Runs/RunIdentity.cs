using System.Globalization;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>A run of a job on this node, and what the things are called that are made for it.</summary>
/// <remarks>
/// Names carry the run, not the job: the same job may come again, to this machine too, before its earlier run is cleared away.
/// </remarks>
internal sealed record RunIdentity(RunAddress Run, int Epoch, JobAddress Job)
{
    /// <summary>The account that owns the job; null where it does not matter.</summary>
    public AccountAddress? Project { get; init; }

    /// <summary>The domain under which exposed ports answer; null where the network said none.</summary>
    public string? EndpointDomain { get; init; }

    public static RunIdentity Of(Assignment assignment) => new(assignment.Run, assignment.Epoch, assignment.Job)
    {
        Project = assignment.Project,
        EndpointDomain = assignment.EndpointDomain,
    };

    public string Network => $"nosnet-{Run}";

    public string Volume(string name) => $"nosnet-{Run}-{name}";

    /// <summary>What the names of volumes begin with that hold copies of resources for this run alone.</summary>
    public string Copies => $"nosnet-copy-{Run}-";

    /// <summary>A volume with resources; no name that a definition can give a volume of its own comes to the same.</summary>
    public string ResourceVolume(int index, int number, bool isCopy) =>
        string.Create(CultureInfo.InvariantCulture, $"{(isCopy ? Copies : $"nosnet-resource-{Run}-")}{index}-{number}");

    public string Container(int index) => string.Create(CultureInfo.InvariantCulture, $"nosnet-{Run}-{index}");

    /// <summary>The name by which a job's definition knows the container of an operation.</summary>
    public string Host(int index) => string.Create(CultureInfo.InvariantCulture, $"{Job}-{index}");

    public Labels Labels(Labels node) => node
        .With(Node.Labels.Run, Run.ToString())
        .With(Node.Labels.Job, Job.ToString())
        .With(Node.Labels.Epoch, Epoch.ToString(CultureInfo.InvariantCulture));

    public Labels Labels(Labels node, PlannedOperation operation) => Labels(node)
        .With(Node.Labels.Operation, operation.Operation.Id)
        .With(Node.Labels.Index, operation.Index.ToString(CultureInfo.InvariantCulture));
}
