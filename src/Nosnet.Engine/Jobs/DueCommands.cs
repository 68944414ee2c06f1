using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>What time alone makes due: silent nodes, jobs that waited too long, runs that outlived their time.</summary>
internal sealed record FindDue : Command<IReadOnlyList<Command<bool>>>
{
    /// <summary>How long after a run's time is up its node may still report the end by itself.</summary>
    public static readonly TimeSpan ReportGrace = TimeSpan.FromSeconds(60);

    /// <summary>How long a node may prepare a run before it counts as lost.</summary>
    public static readonly TimeSpan MostPreparation = TimeSpan.FromHours(1);

    public required IReadOnlyList<long> Nodes { get; init; }

    public override Outcome<IReadOnlyList<Command<bool>>> Decide(Draft draft)
    {
        var due = new List<Command<bool>>();
        foreach (var key in Nodes)
        {
            if (draft.Node(key) is not { } node || (node.Market == 0 && node.Running == 0))
                continue;
            if (!Leases.IsLive(draft.LastSeen(key), draft.Now))
                due.Add(new LoseNode(key));
            else
                due.AddRange(draft.RunsOf(key).Where(j => IsOverdue(j, draft.Now)).Select(j => new EndOverdue(j.Key)));
        }

        foreach (var market in draft.Markets)
            due.AddRange(draft.QueuedIn(market.Key).TakeWhile(j => j.QueuedUntil <= draft.Now).Select(j => new ExpireJob(j.Key)));
        return due;
    }

    public static bool IsOverdue(Job job, DateTimeOffset now) =>
        job.Deadline is { } deadline ? now > deadline + ReportGrace : now > job.AssignedAt + MostPreparation;
}

/// <summary>A job waited for longer than its market lets it.</summary>
internal sealed record ExpireJob(long Key) : Command<bool>
{
    public override Outcome<bool> Decide(Draft draft)
    {
        if (draft.Job(Key) is not { State: JobState.Queued } job || job.QueuedUntil > draft.Now)
            return false;
        Ending.End(draft, job, EndReason.ExpiredInQueue, draft.Now, result: null);
        return true;
    }
}

/// <summary>A live node never reported the end of a run whose time is up, or never began one.</summary>
internal sealed record EndOverdue(long Key) : Command<bool>
{
    public override Outcome<bool> Decide(Draft draft)
    {
        if (draft.Job(Key) is not { State: JobState.Running } job || !FindDue.IsOverdue(job, draft.Now))
            return false;
        if (job.Deadline is { } deadline)
            Ending.End(draft, job, EndReason.TimedOut, deadline, result: null);
        else
            Ending.Lose(draft, job);
        return true;
    }
}
