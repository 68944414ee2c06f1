using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>An operation and where it stands.</summary>
/// <param name="Index">Its place in the definition, from 0.</param>
/// <param name="Operation">What it does.</param>
/// <param name="Group">The stage's name: the operation's group, or its own id.</param>
internal sealed record PlannedOperation(int Index, Operation Operation, string Group)
{
    /// <summary>How many of its stage have containers, which may all run at once.</summary>
    public int Containers { get; init; } = 1;
}

/// <summary>In which order the operations of a job run: stage after stage, the operations of one stage at the same time.</summary>
internal sealed record ExecutionPlan(IReadOnlyList<IReadOnlyList<PlannedOperation>> Stages)
{
    /// <summary>Stages stand in the order in which they first appear; an operation without a group is a stage by itself.</summary>
    public static ExecutionPlan Of(JobDefinition definition)
    {
        var stages = new List<List<PlannedOperation>>();
        var groups = new Dictionary<string, List<PlannedOperation>>(StringComparer.Ordinal);
        for (var i = 0; i < definition.Ops.Count; i++)
        {
            var operation = definition.Ops[i];
            var group = operation.Execution?.Group;
            if (group is null || !groups.TryGetValue(group, out var stage))
            {
                stages.Add(stage = []);
                if (group is not null)
                    groups[group] = stage;
            }
            stage.Add(new PlannedOperation(i, operation, group ?? operation.Id));
        }
        return new ExecutionPlan([.. stages.Select(Counted)]);
    }

    private static IReadOnlyList<PlannedOperation> Counted(List<PlannedOperation> stage)
    {
        var containers = stage.Count(planned => planned.Operation is ContainerRun);
        return [.. stage.Select(planned => planned with { Containers = containers })];
    }

    /// <summary>All operations in the order of the definition.</summary>
    public IEnumerable<PlannedOperation> Operations => Stages.SelectMany(stage => stage).OrderBy(operation => operation.Index);
}
