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

    /// <summary>The node that had it and never started it, so that it does not get it again; 0 for none.</summary>
    public long AvoidedNode { get; init; }

    /// <summary>What it asks of the machine; null: nothing.</summary>
    public JobRequirements? Requirements { get; init; }

    /// <summary>The number of its current or last run; 0 before the first.</summary>
    public int Epoch { get; init; }

    public int LostRuns { get; init; }

    /// <summary>When its owner asked to stop it; null where nobody did.</summary>
    public DateTimeOffset? StopRequestedAt { get; init; }

    public DateTimeOffset? AssignedAt { get; init; }

    /// <summary>When the server accepted that the containers start: from here on it costs.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }
    public Credits Reserved { get; init; }
    public Credits Settled { get; init; }

    /// <summary>The vault that pays for it; 0: its account does.</summary>
    public long Vault { get; init; }

    /// <summary>The account whose credits are held for it.</summary>
    public long Payer => Vault == 0 ? Account : Vault;

    /// <summary>The deployment that posted it; 0: none did.</summary>
    public long Deployment { get; init; }

    /// <summary>The revision of its deployment that it runs; 0 without one.</summary>
    public int Revision { get; init; }

    /// <summary>When it could first do its work for its deployment: its services were online, or its run started where it has none.</summary>
    public DateTimeOffset? ReadyAt { get; init; }

    /// <summary>The API key in whose <see cref="Engine.Budget"/> it is counted; 0 for none.</summary>
    public long Budget { get; init; }

    /// <summary>The job that its account posted before it; 0 for none.</summary>
    public long PreviousOfAccount { get; init; }

    /// <summary>Its newest entry.</summary>
    public EntryPlace LastEntry { get; init; }

    public bool IsEnded => State is JobState.Completed or JobState.Stopped;
    public bool StopRequested => StopRequestedAt is not null;

    /// <summary>When its time runs out; null before it has started.</summary>
    public DateTimeOffset? Deadline => StartedAt?.AddSeconds(TimeoutSeconds);

    /// <summary>Up to when it can cost: its time, or a grace after its owner asked to stop it, whatever its node goes on doing.</summary>
    public DateTimeOffset? PaidUntil => Deadline is { } deadline && StopRequestedAt + Leases.StopGrace is { } stopped && stopped < deadline ? stopped : Deadline;

    /// <summary>Whether a node's machine can run it, and the node may.</summary>
    public bool MayRunOn(Node node) => QueuedJob.Of(this).MayRunOn(node.Key, node.Capacity);

    /// <summary>How long it has run for its owner's credits, were it to end then.</summary>
    public TimeSpan RanUntil(DateTimeOffset end)
    {
        var last = end < PaidUntil ? end : PaidUntil;
        return last - StartedAt is { } ran && ran > TimeSpan.Zero ? ran : TimeSpan.Zero;
    }
}
