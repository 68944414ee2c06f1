using System.Diagnostics.CodeAnalysis;
using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>A node is about to start a run's containers: what the job costs counts from here. Said twice, the first counts.</summary>
public sealed record StartRun(NodeAddress Node, RunAddress Run, int Epoch) : Command<Job>
{
    public override Outcome<Job> Decide(Draft draft)
    {
        if (!RunFence.TryFind(draft, Node, Run, Epoch, out var job))
            return JobRefusals.Stale(Run, Epoch);
        if (job.StartedAt is not null)
            return job;
        draft.Put(JobRules.Started(job, draft.Now));
        draft.Record(new Entry { Kind = EntryKind.RunStarted, Account = job.Account, Job = job.Key, Subject = job.Node, Epoch = job.Epoch });
        if (job.Deployment != 0)
            Upkeep.Started(draft, draft.Job(job.Key)!);
        return draft.Job(job.Key)!;
    }
}

/// <summary>A run's containers have ended and its result is pinned. Said twice for the same epoch, it is answered twice and done once.</summary>
public sealed record FinishRun(NodeAddress Node, RunAddress Run, int Epoch, EndReason Reason, Cid? Result, TimeSpan EndedAgo) : Command<Job>
{
    public override Outcome<Job> Decide(Draft draft)
    {
        if (!RunFence.TryFind(draft, Node, Run, Epoch, out var job))
            return RunFence.EndedAlready(draft, Node, Run, Epoch) is { } earlier ? earlier : JobRefusals.Stale(Run, Epoch);

        var ago = EndedAgo < TimeSpan.Zero ? TimeSpan.Zero : EndedAgo;
        var end = draft.Now - ago;
        if (job.StartedAt is { } start && end < start)
            end = start;
        // A node that ended a run for the owner's or the clock's sake says so; if it names those without cause, its word is not taken.
        var reason = Reason switch
        {
            EndReason.StoppedByOwner when !job.StopRequested => EndReason.NodeFailed,
            // It was to end before its time ran out, so that it did not is its node's doing.
            EndReason.TimedOut when job.StopRequestedAt < job.Deadline => EndReason.StoppedByOwner,
            EndReason.NodeLost or EndReason.ExpiredInQueue => EndReason.NodeFailed,
            _ => Reason,
        };
        Ending.End(draft, job, reason, end, Result);
        return draft.Job(job.Key)!;
    }
}

/// <summary>Nothing that a node says of a run counts unless the run is its own and of the current epoch.</summary>
internal static class RunFence
{
    public static bool TryFind(Draft draft, NodeAddress node, RunAddress run, int epoch, [NotNullWhen(true)] out Job? job)
    {
        job = Find(draft, run, epoch);
        if (job is not { State: JobState.Running } || draft.Node(node)?.Key != job.Node)
            job = null;
        return job is not null;
    }

    public static Job? EndedAlready(Draft draft, NodeAddress node, RunAddress run, int epoch) =>
        Find(draft, run, epoch) is { IsEnded: true } job && draft.Node(node)?.Key == job.Node ? job : null;

    private static Job? Find(Draft draft, RunAddress run, int epoch) =>
        draft.Addresses.TryRun(run, out var key, out var number) && number == epoch && draft.Job(key) is { } job && job.Epoch == epoch ? job : null;
}
