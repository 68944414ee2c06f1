using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>A job: one wide row with all that posting, running and paying for it needs.</summary>
public sealed record Job
{
    public required long Key { get; init; }
    public required long Account { get; init; }
    public required long Market { get; init; }
    public required Cid Definition { get; init; }
    public required Credits PricePerHour { get; init; }
    public required int FeeBasisPoints { get; init; }
    public required long TimeoutSeconds { get; init; }
    public required DateTimeOffset PostedAt { get; init; }

    /// <summary>When it leaves the queue if no node has taken it.</summary>
    public required DateTimeOffset QueuedUntil { get; init; }

    public JobState State { get; init; }
    public EndReason? Reason { get; init; }
    public Cid? Result { get; init; }

    /// <summary>The node that has or last had it; 0 for none.</summary>
    public long Node { get; init; }

    /// <summary>The only node that may have it; 0 for any.</summary>
    public long WantedNode { get; init; }

    /// <summary>The number of its current or last run; 0 before the first.</summary>
    public int Epoch { get; init; }

    public int LostRuns { get; init; }
    public bool StopRequested { get; init; }
    public DateTimeOffset? AssignedAt { get; init; }

    /// <summary>When the server accepted that the containers start: from here on it costs.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }
    public Credits Reserved { get; init; }
    public Credits Settled { get; init; }

    /// <summary>The job that its account posted before it; 0 for none.</summary>
    public long PreviousOfAccount { get; init; }

    /// <summary>Its newest entry.</summary>
    public EntryPlace LastEntry { get; init; }

    public bool IsEnded => State is JobState.Completed or JobState.Stopped;

    /// <summary>When its time runs out; null before it has started.</summary>
    public DateTimeOffset? Deadline => StartedAt?.AddSeconds(TimeoutSeconds);
}
