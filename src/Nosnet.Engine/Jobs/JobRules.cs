using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>The changes that a job goes through, each from one version of its row to the next. Nothing else changes a job's state.</summary>
internal static class JobRules
{
    public static Job Assigned(Job job, Node node, DateTimeOffset now) => job with
    {
        State = JobState.Running,
        Node = node.Key,
        Epoch = job.Epoch + 1,
        AssignedAt = now,
        StartedAt = null,
    };

    public static Job Started(Job job, DateTimeOffset now) => job with { StartedAt = now };

    /// <summary>It waits anew, for as long as its market lets jobs wait: the time that it was on a node is not held against it.</summary>
    public static Job Requeued(Job job, Market market, long avoidedNode, DateTimeOffset now) => job with
    {
        State = JobState.Queued,
        Node = 0,
        AvoidedNode = avoidedNode,
        QueuedUntil = now.AddSeconds(market.QueueExpirySeconds),
        AssignedAt = null,
        StartedAt = null,
        ReadyAt = null,
        LostRuns = job.LostRuns + 1,
    };

    public static Job Ended(Job job, EndReason reason, DateTimeOffset endedAt, Credits settled, Cid? result) => job with
    {
        State = StateAfter(reason),
        Reason = reason,
        Result = result,
        EndedAt = endedAt,
        Settled = settled,
        Reserved = Credits.Zero,
    };

    public static JobState StateAfter(EndReason reason) => reason switch
    {
        EndReason.StoppedByOwner or EndReason.TimedOut or EndReason.ExpiredInQueue => JobState.Stopped,
        _ => JobState.Completed,
    };

    /// <summary>Whether the end is one that its owner does not pay for: nothing of the job's own doing has run to its end.</summary>
    public static bool IsFree(EndReason reason) => reason is EndReason.NodeLost or EndReason.NodeFailed or EndReason.ExpiredInQueue;
}
