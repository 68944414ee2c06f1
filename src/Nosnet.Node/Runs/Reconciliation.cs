using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>One assignment of a job to this node.</summary>
internal readonly record struct RunKey(RunAddress Run, int Epoch)
{
    public static RunKey Of(Assignment assignment) => new(assignment.Run, assignment.Epoch);
}

/// <summary>What there is of a run on this machine.</summary>
/// <param name="Key">The run.</param>
/// <param name="IsActive">Whether this process is at it.</param>
/// <param name="IsStored">Whether its state is on disk, so that it can be gone on with.</param>
/// <param name="TakenAt">When this process took it; null where it is not active.</param>
internal sealed record ObservedRun(RunKey Key, bool IsActive, bool IsStored, DateTimeOffset? TakenAt = null);

/// <summary>What is to be done about a run.</summary>
internal enum RunActionKind
{
    /// <summary>Take it and run it from its beginning.</summary>
    Start,

    /// <summary>Go on with what an earlier process of this node began.</summary>
    Adopt,

    /// <summary>Tell it what the network wants now: how long it may run, whether to stop.</summary>
    Update,

    /// <summary>Give it up: kill and remove everything, and say nothing more of it.</summary>
    Abandon,

    /// <summary>Remove what is left of it.</summary>
    Reap,
}

/// <summary>What is to be done about one run.</summary>
internal sealed record RunAction(RunActionKind Kind, RunKey Key, Assignment? Assignment = null);

/// <summary>Compares what the network wants of a node with what there is.</summary>
internal static class Reconciliation
{
    /// <summary>The actions that make the one the other. What is removed comes first.</summary>
    /// <param name="desired">Every run that the network has given to this node.</param>
    /// <param name="observed">Every run of which something is on this machine.</param>
    /// <param name="ended">The runs whose end the network has been told of: an answer that is on its way may still name them.</param>
    /// <param name="askedAt">When the network was asked: what was taken since is not in its answer, and stays.</param>
    public static IReadOnlyList<RunAction> Compare(
        IReadOnlyList<Assignment> desired, IReadOnlyList<ObservedRun> observed, IReadOnlySet<RunKey> ended, DateTimeOffset askedAt)
    {
        var wanted = desired.DistinctBy(RunKey.Of).ToDictionary(RunKey.Of);
        var removals = new List<RunAction>();
        var others = new List<RunAction>();
        var present = new HashSet<RunKey>();
        foreach (var run in observed)
        {
            var assignment = wanted.GetValueOrDefault(run.Key);
            if (run.IsActive)
            {
                present.Add(run.Key);
                if (assignment is not null)
                    others.Add(new(RunActionKind.Update, run.Key, assignment));
                else if (run.TakenAt is not { } taken || taken < askedAt)
                    removals.Add(new(RunActionKind.Abandon, run.Key));
            }
            else if (assignment is not null && run.IsStored)
            {
                present.Add(run.Key);
                others.Add(new(RunActionKind.Adopt, run.Key, assignment));
            }
            else
            {
                // Nobody wants it; or its state is lost, and it can only begin again on clean ground.
                removals.Add(new(RunActionKind.Reap, run.Key));
            }
        }
        others.AddRange(wanted
            .Where(run => !present.Contains(run.Key) && !ended.Contains(run.Key))
            .Select(run => new RunAction(RunActionKind.Start, run.Key, run.Value)));
        return [.. removals, .. others];
    }
}
