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
            : Pricing.Settle(job.PricePerHour, job.FeeBasisPoints, job.RanUntil(end), job.Reserved);
        draft.Put(JobRules.Ended(job, reason, end, cost.Total, result));
        var tx = draft.Record(new Entry
        {
            Kind = EntryKind.JobEnded,
            Account = job.Payer,
            Job = job.Key,
            Payee = cost.Reward == Credits.Zero ? 0 : node!.Account,
            Subject = job.Node,
            Epoch = job.Epoch,
            Reason = reason,
            Amount = cost.Total,
            Postings = Postings.Settle(job.Payer, job.Reserved, cost, node?.Account ?? NetworkAccount.Key),
        });
        CapRules.Settle(draft, job, cost.Total);
        if (node is not null && job.State is JobState.Running)
            Free(draft, node);
        if (job.Deployment != 0)
            Upkeep.Ended(draft, draft.Job(job.Key)!);
        return tx;
    }

    /// <summary>Takes a run from its node: the job goes back to where it stood in the queue, or ends.</summary>
    /// <param name="draft">The draft.</param>
    /// <param name="job">The job.</param>
    /// <param name="avoids">Whether the node, which lives and yet never started it, is not to have it again.</param>
    public static void Lose(Draft draft, Job job, bool avoids = false)
    {
        if (job.StopRequested)
        {
            End(draft, job, EndReason.StoppedByOwner, draft.LastSeen(job.Node), result: null);
            return;
        }

        var requeued = JobRules.Requeued(job, draft.Market(job.Market)!, avoids ? job.Node : job.AvoidedNode, draft.Now);
        draft.Put(requeued);
        draft.Record(new Entry { Kind = EntryKind.RunLost, Account = job.Account, Job = job.Key, Subject = job.Node, Epoch = job.Epoch });
        if (job.Deployment != 0)
            Upkeep.Lost(draft, job);
        if (requeued.LostRuns >= Leases.MostLostRuns || (requeued.WantedNode != 0 && requeued.WantedNode == requeued.AvoidedNode))
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
