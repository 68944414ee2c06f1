using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>Stops a job: one that waits ends at once and costs nothing; a running one ends when its node reports that its containers have.</summary>
public sealed record StopJob(Caller Caller, JobAddress Job) : Command<StoppedJob>
{
    public override Outcome<StoppedJob> Decide(Draft draft)
    {
        if (!Caller.TryFind(draft, Job, out var job))
            return JobRefusals.UnknownJob(Job);
        if (job.IsEnded)
            return new StoppedJob(null, job, StopOutcome.AlreadyEnded);
        if (job.State is JobState.Queued)
        {
            var ended = Ending.End(draft, job, EndReason.StoppedByOwner, draft.Now, result: null);
            return new StoppedJob(ended, draft.Job(job.Key)!, StopOutcome.Delisted);
        }

        if (job.StopRequested)
            return new StoppedJob(null, job, StopOutcome.Ending);
        draft.Put(job with { StopRequestedAt = draft.Now });
        var tx = draft.Record(new Entry { Kind = EntryKind.StopRequested, Account = job.Account, Job = job.Key, Subject = job.Node, Epoch = job.Epoch });
        draft.Tell(job.Node);
        return new StoppedJob(tx, draft.Job(job.Key)!, StopOutcome.Ending);
    }
}

/// <summary>What stopping a job came to.</summary>
public enum StopOutcome
{
    /// <summary>It waited and has ended.</summary>
    Delisted,

    /// <summary>It runs, and its node is being told.</summary>
    Ending,

    /// <summary>It had ended before.</summary>
    AlreadyEnded,
}

/// <summary>The answer to <see cref="StopJob"/>.</summary>
public sealed record StoppedJob(Tx? Tx, Job Job, StopOutcome Outcome);
