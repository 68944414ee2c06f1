using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Simulation;

/// <summary>A job as its entries tell it, and what they may tell next.</summary>
internal sealed class JobHistory(Entry posted)
{
    private DateTimeOffset? _startedAt;

    public long Account { get; } = posted.Account;
    public JobState State { get; private set; } = JobState.Queued;
    public long Node { get; private set; }
    public int Epoch { get; private set; }
    public Credits Reserved { get; private set; } = posted.Amount;
    public Credits Settled { get; private set; }
    public EntryPlace LastEntry { get; set; }
    public bool IsEnded => State is JobState.Completed or JobState.Stopped;

    public void Apply(Entry entry, Job row)
    {
        Must(!IsEnded, entry, "it has ended");
        switch (entry.Kind)
        {
            case EntryKind.JobExtended:
                Reserved += entry.Amount;
                break;
            case EntryKind.JobAssigned:
                Must(State is JobState.Queued, entry, "it is in a run already");
                Must(entry.Epoch == Epoch + 1, entry, "each run has the next epoch");
                (State, Epoch, Node, _startedAt) = (JobState.Running, entry.Epoch, entry.Subject, null);
                break;
            case EntryKind.RunStarted:
                MustBeOfTheRun(entry);
                Must(_startedAt is null, entry, "the run has started before");
                _startedAt = entry.At;
                break;
            case EntryKind.StopRequested:
                MustBeOfTheRun(entry);
                break;
            case EntryKind.RunLost:
                MustBeOfTheRun(entry);
                (State, Node, _startedAt) = (JobState.Queued, 0, null);
                break;
            case EntryKind.JobEnded:
                End(entry, row);
                break;
            default:
                throw new Violation($"An entry of the kind {entry.Kind} is linked to job {entry.Job}.");
        }
    }

    private void End(Entry entry, Job row)
    {
        if (State is JobState.Running)
            MustBeOfTheRun(entry);
        Must(entry.Amount >= Credits.Zero && entry.Amount <= Reserved, entry, $"{entry.Amount} is settled of {Reserved} reserved");
        var ran = _startedAt is { } start ? entry.At - start : TimeSpan.Zero;
        var most = Pricing.Settle(row.PricePerHour, row.FeeBasisPoints, ran + TimeSpan.FromMilliseconds(_startedAt is null ? 0 : 1), Reserved).Total;
        Must(entry.Amount <= most, entry, $"{entry.Amount} is settled for a run of {ran}, which costs {most} at most");
        Must(entry.Postings.Change(Account, Bucket.Reserved) == -Reserved, entry, "not all that was reserved is released");
        Must(entry.Postings.Change(Account, Bucket.Available) == Reserved - entry.Amount, entry, "what it did not cost does not go back");
        State = entry.Reason is EndReason.StoppedByOwner or EndReason.TimedOut or EndReason.ExpiredInQueue ? JobState.Stopped : JobState.Completed;
        (Settled, Reserved, Node) = (entry.Amount, Credits.Zero, 0);
    }

    private void MustBeOfTheRun(Entry entry)
    {
        Must(State is JobState.Running, entry, "it is in no run");
        Must(entry.Epoch == Epoch && entry.Subject == Node, entry, $"its run is {Epoch} on node {Node}");
    }

    private static void Must(bool holds, Entry entry, string because) =>
        Violation.Unless(holds, $"Job {entry.Job} cannot have {entry.Kind} (epoch {entry.Epoch}, node {entry.Subject}): {because}.");
}
