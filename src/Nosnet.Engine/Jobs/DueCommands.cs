using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>What time alone makes due: silent nodes, jobs that waited too long, runs that outlived their time.</summary>
internal sealed record FindDue : Command<IReadOnlyList<Command<bool>>>
{
    /// <summary>
    /// How long after a run's time is up its node may still report the end by itself; after an absence of the server, how long after that. What
    /// came of the run meanwhile only its node knows, and a report that it could not make is no proof of work.
    /// </summary>
    public static readonly TimeSpan ReportGrace = TimeSpan.FromSeconds(60);

    /// <summary>How long a live node may prepare a run before it counts as lost; a job that may run for longer may be prepared for as long.</summary>
    public static readonly TimeSpan MostPreparation = TimeSpan.FromHours(1);

    public override Outcome<IReadOnlyList<Command<bool>>> Decide(Draft draft)
    {
        var due = new List<Command<bool>>();
        foreach (var node in draft.Nodes.Where(n => n.Market != 0 || n.Running > 0))
        {
            if (!Leases.IsLive(draft.LastSeen(node.Key), draft.Now))
                due.Add(new LoseNode(node.Key));
            else
                due.AddRange(draft.RunsOf(node.Key).Where(j => IsOverdue(draft, j)).Select(j => new EndOverdue(j.Key)));
        }

        foreach (var market in draft.Markets)
        {
            // Those that were on a node wait anew, so theirs may come after the time of those behind them.
            due.AddRange(draft.QueuedIn(market.Key).TakeWhile(j => j.LostRuns > 0 || j.QueuedUntil <= draft.Now)
                .Where(j => j.QueuedUntil <= draft.Now).Select(j => new ExpireJob(j.Key)));
        }

        return due;
    }

    /// <summary>
    /// How long a job may be prepared: what it downloads may be large, and takes the node's place at nobody's cost but what is reserved for the
    /// job meanwhile, which is its timeout's price.
    /// </summary>
    private static TimeSpan PreparationOf(Job job) => job.TimeoutSeconds > MostPreparation.TotalSeconds ? TimeSpan.FromSeconds(job.TimeoutSeconds) : MostPreparation;

    public static bool IsOverdue(Draft draft, Job job) => draft.Now > draft.HearsSince + ReportGrace && IsOverdue(job, draft.Now);

    private static bool IsOverdue(Job job, DateTimeOffset now) =>
        job.PaidUntil is { } end ? now > end + ReportGrace
        : now > job.AssignedAt + PreparationOf(job) || now > job.StopRequestedAt + Leases.StopGrace + ReportGrace;
}

/// <summary>A job waited for longer than its market lets it.</summary>
internal sealed record ExpireJob(long Key) : Command<bool>
{
    public override Outcome<bool> Decide(Draft draft)
    {
        if (draft.Job(Key) is not { State: JobState.Queued } job || job.QueuedUntil > draft.Now)
            return false;
        // One that only a certain node could have run did not wait in a queue: it waited for that node.
        Ending.End(draft, job, job.WantedNode == 0 ? EndReason.ExpiredInQueue : EndReason.NodeLost, draft.Now, result: null);
        return true;
    }
}

/// <summary>A live node never reported the end of a run whose time is up, or never began one.</summary>
internal sealed record EndOverdue(long Key) : Command<bool>
{
    public override Outcome<bool> Decide(Draft draft)
    {
        if (draft.Job(Key) is not { State: JobState.Running } job || !FindDue.IsOverdue(draft, job))
            return false;
        if (job.PaidUntil is { } end)
            Ending.End(draft, job, job.StopRequested ? EndReason.StoppedByOwner : EndReason.TimedOut, end, result: null);
        else
            Ending.Lose(draft, job, avoids: true);
        return true;
    }
}
