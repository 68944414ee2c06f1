using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>The two sides of one match: a job that came looks for a node, a node that came free looks for jobs.</summary>
internal static class Matching
{
    /// <summary>Gives a queued job to the node that waits longest, if one may run it.</summary>
    public static void FindNode(Draft draft, long jobKey)
    {
        if (draft.Job(jobKey) is { State: JobState.Queued } job && draft.FirstWaitingFor(job) is { } node)
            Assign(draft, job, node);
    }

    /// <summary>Fills a node's free slots with the jobs that wait longest. One that is silent would lose what it were given.</summary>
    public static void FindJobs(Draft draft, long nodeKey)
    {
        if (!Leases.IsLive(draft.LastSeen(nodeKey), draft.Now))
            return;
        while (draft.Node(nodeKey) is { IsWaiting: true } node && draft.FirstQueuedFor(node) is { } job)
            Assign(draft, job, node);
    }

    private static void Assign(Draft draft, Job job, Node node)
    {
        draft.Put(JobRules.Assigned(job, node, draft.Now));
        // A node with slots left goes to the end of the line, so that jobs spread over the nodes.
        draft.Put(node with { Running = node.Running + 1, WaitingSince = draft.Now });
        draft.Record(new Entry { Kind = EntryKind.JobAssigned, Account = job.Account, Job = job.Key, Subject = node.Key, Epoch = job.Epoch + 1 });
        draft.Tell(node.Key);
    }
}
