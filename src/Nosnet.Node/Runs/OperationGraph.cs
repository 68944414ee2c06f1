using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>The operations of a run and what they wait for: the ones of a stage stand side by side, but for their dependencies.</summary>
internal sealed class OperationGraph
{
    private readonly Dictionary<string, OperationControl> _byId;

    public OperationGraph(JobDefinition definition, JobResult? earlier)
    {
        var plan = ExecutionPlan.Of(definition);
        Controls = [.. plan.Operations.Select(planned => new OperationControl(planned))];
        Stages = [.. plan.Stages.Select(stage => stage.Select(planned => Controls[planned.Index]).ToArray())];
        _byId = Controls.ToDictionary(control => control.Planned.Operation.Id, StringComparer.Ordinal);
        foreach (var result in earlier?.Operations ?? [])
        {
            if (Find(result.OperationId) is { } control)
                control.Restore(result);
        }
    }

    /// <summary>All, in the order of the definition.</summary>
    public IReadOnlyList<OperationControl> Controls { get; }

    /// <summary>The stages, in the order in which they run.</summary>
    public IReadOnlyList<IReadOnlyList<OperationControl>> Stages { get; }

    public OperationControl? Find(string? id) => id is null ? null : _byId.GetValueOrDefault(id);

    /// <summary>All of the stages before this one.</summary>
    public IEnumerable<OperationControl> Before(string group) => Stages.TakeWhile(stage => stage[0].Planned.Group != group).SelectMany(stage => stage);

    /// <summary>Waits until all that an operation depends on has started; says what it is where that never happens.</summary>
    public async Task<OperationControl?> MissingAsync(OperationControl control, CancellationToken cancellationToken)
    {
        foreach (var dependency in DependenciesOf(control))
        {
            if (!dependency.Started.IsCompleted)
                control.MoveTo(OperationPhase.Waiting);
            var first = await Task.WhenAny(dependency.Started, control.Told).WaitAsync(cancellationToken).ConfigureAwait(false);
            if (first == dependency.Started && !await dependency.Started.ConfigureAwait(false))
                return dependency;
        }
        return null;
    }

    /// <summary>Does the work of an operation, and stops it as soon as something has ended whose end it is to follow.</summary>
    public async Task<T> FollowAsync<T>(OperationControl control, Task<T> work)
    {
        var dependencies = DependenciesOf(control).ToArray();
        if (dependencies.Length > 0 && control.Planned.Operation.Execution is { StopIfDependentStops: true })
        {
            await Task.WhenAny([work, .. dependencies.Select(dependency => dependency.Ended)]).ConfigureAwait(false);
            if (!work.IsCompleted && dependencies.FirstOrDefault(dependency => dependency.Ended.IsCompleted) is { } lost)
                control.Stop(Halt.OfOperation($"Stopped: {lost.Planned.Operation.Id}, on which it depends, has ended."));
        }
        return await work.ConfigureAwait(false);
    }

    /// <summary>Why an operation was never begun once the run has come to its end.</summary>
    public OperationResult NeverBegun(OperationControl control, Halt? halt)
    {
        var culprit = Controls.FirstOrDefault(other => other.Result?.Status == ResultStatus.Failed && DependsOn(control, other));
        return culprit is not null ? OperationResults.Skipped(control.Planned, DependencyFailed(culprit))
            : halt is not null ? OperationResults.Skipped(control.Planned, $"Not begun: {halt.Sentence}")
            : OperationResults.NotBegun(control.Planned);
    }

    public static string DependencyFailed(OperationControl dependency) => $"Skipped: it depends on {dependency.Planned.Operation.Id}, which failed.";

    public static string DependencyMissing(OperationControl dependency) => $"Skipped: it depends on {dependency.Planned.Operation.Id}, which did not start.";

    private IEnumerable<OperationControl> DependenciesOf(OperationControl control) =>
        (control.Planned.Operation.Execution?.DependsOn ?? []).Select(id => _byId[id]);

    private bool DependsOn(OperationControl control, OperationControl other)
    {
        var seen = new HashSet<OperationControl>();
        var next = new Stack<OperationControl>(DependenciesOf(control));
        while (next.TryPop(out var dependency))
        {
            if (dependency == other)
                return true;
            if (seen.Add(dependency))
            {
                foreach (var further in DependenciesOf(dependency))
                    next.Push(further);
            }
        }
        return false;
    }
}
