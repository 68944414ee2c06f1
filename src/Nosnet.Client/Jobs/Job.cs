using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>A job as its owner sees it. What a network does not tell is null.</summary>
public sealed record Job
{
    /// <summary>Its address.</summary>
    public required JobAddress Address { get; init; }

    /// <summary>Its state; null where the network names one that this version does not know.</summary>
    public required JobStatus? Status { get; init; }

    /// <summary>Why it ended; null before, and where the network does not say.</summary>
    public EndReason? EndReason { get; init; }

    /// <summary>Whether it is over.</summary>
    public bool HasEnded => Status?.IsEnded() ?? false;

    /// <summary>Whether its owner asked to stop it and its node has yet to report the end.</summary>
    public bool StopRequested { get; init; }

    /// <summary>The CID of its definition.</summary>
    public Cid? DefinitionCid { get; init; }

    /// <summary>Its definition; null in lists, and where it cannot be read (then <see cref="Json"/> has it as it came).</summary>
    public JobDefinition? Definition { get; init; }

    /// <summary>The CID of its result; null until that is pinned.</summary>
    public Cid? ResultCid { get; init; }

    /// <summary>Its result, logs included; null in lists, until it is pinned, and where it cannot be read (then <see cref="Json"/> has it as it came).</summary>
    public JobResult? Result { get; init; }

    /// <summary>The market it was posted to.</summary>
    public MarketAddress? Market { get; init; }

    /// <summary>The node that has or had it.</summary>
    public NodeAddress? Node { get; init; }

    /// <summary>The account that owns it.</summary>
    public AccountAddress? Project { get; init; }

    /// <summary>The price in USD per hour, as it was when posting.</summary>
    public Credits? PricePerHour { get; init; }

    /// <summary>The node's part of the price, in USD per hour.</summary>
    public Credits? RewardPerHour { get; init; }

    /// <summary>What it has cost so far, or in all where it has ended.</summary>
    public Credits? Cost { get; init; }

    /// <summary>What is held for it; nothing once it has ended.</summary>
    public Credits? Reserved { get; init; }

    /// <summary>The longest it may run.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>When it was posted.</summary>
    public DateTimeOffset? PostedAt { get; init; }

    /// <summary>When its containers began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>When its time runs out (running) or when it leaves the queue (pending).</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Where it stands while it waits.</summary>
    public QueuePosition? Queue { get; init; }

    /// <summary>Its current or last run.</summary>
    public RunAddress? Run { get; init; }

    /// <summary>How many runs it has had.</summary>
    public int? Epoch { get; init; }

    /// <summary>Where its exposed ports answer.</summary>
    public IReadOnlyList<JobEndpoint> Endpoints { get; init; } = [];

    /// <summary>The answer as it came, with fields that have no property here.</summary>
    public JsonElement Json { get; init; }
}
