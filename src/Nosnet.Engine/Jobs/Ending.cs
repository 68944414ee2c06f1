using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>How a job ends: settled once, its reservation released, its node free for the next.</summary>
internal static class Ending
{
    /// <summary>Ends a job. What it cost counts up to <paramref name="end"/>.</summary>
    public static Tx End(Draft draft, Job job, EndReason reason, DateTimeOffset end, Cid? result)
    {
        var node = job.Node == 0 ? null : draft.Node(job.Node);
        var cost = JobRules.IsFree(reason) || node is null
            ? Settlement.Nothing
            : Pricing.Settle(job.PricePerHour, job.FeeBasisPoints, JobRules.RanFor(job, end), job.Reserved);
        draft.Put(JobRules.Ended(job, reason, end, cost.Total, result));
        var tx = draft.Record(new Entry
        {
            Kind = EntryKind.JobEnded,
            Account = job.Account,
            Job = job.Key,
            Payee = cost.Reward == Credits.Zero ? 0 : node!.Account,
            Subject = job.Node,
            Epoch = job.Epoch,
            Reason = reason,
            Amount = cost.Total,
            Postings = Postings.Settle(job.Account, job.Reserved, cost, node?.Account ?? NetworkAccount.Key),
        });
        if (node is not null && job.State is JobState.Running)
            Free(draft, node);
        return tx;
    }

    /// <summary>Takes a run from its silent node: the job goes back to where it stood in the queue, or ends.</summary>
    public static void Lose(Draft draft, Job job)
    {
        if (job.StopRequested)
        {
            End(draft, job, EndReason.StoppedByOwner, draft.LastSeen(job.Node), result: null);
            return;
        }

        var requeued = JobRules.Requeued(job);
        draft.Put(requeued);
        draft.Record(new Entry { Kind = EntryKind.RunLost, Account = job.Account, Job = job.Key, Subject = job.Node, Epoch = job.Epoch });
        if (requeued.LostRuns >= Leases.MostLostRuns)
            End(draft, draft.Job(job.Key)!, EndReason.NodeLost, draft.Now, result: null);
        Free(draft, draft.Node(job.Node)!);
        Matching.FindNode(draft, job.Key);
    }

    private static void Free(Draft draft, Node node)
    {
        draft.Put(node with { Running = node.Running - 1, WaitingSince = node.Running == node.Slots ? draft.Now : node.WaitingSince });
        draft.Tell(node.Key);
        Matching.FindJobs(draft, node.Key);
    }
}
