using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>A job in the list of a deployment's; <see cref="JobsClient"/> knows more of it.</summary>
public sealed record DeploymentJob
{
    /// <summary>The job's address.</summary>
    public required JobAddress Address { get; init; }

    /// <summary>Its state; null where the network says what this version does not know.</summary>
    public JobState? State { get; init; }

    /// <summary>Why it ended; null before, and where the network does not say.</summary>
    public EndReason? EndReason { get; init; }

    /// <summary>The revision that it runs.</summary>
    public int Revision { get; init; }

    /// <summary>The node that has or had it.</summary>
    public NodeAddress? Node { get; init; }

    /// <summary>The id of the change that posted it.</summary>
    public string? Tx { get; init; }

    /// <summary>What it has cost so far, or in all; null where the network does not say.</summary>
    public Credits? Cost { get; init; }

    /// <summary>When its containers began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended; null before, and where the network does not say.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>When it was posted.</summary>
    public DateTimeOffset? PostedAt { get; init; }

    /// <summary>The answer as it came.</summary>
    public JsonElement Json { get; init; }
}

/// <summary>A step in a deployment's life.</summary>
/// <param name="Type">What happened, such as <c>JOB_LIST_CONFIRMED</c>.</param>
/// <param name="Message">A sentence.</param>
/// <param name="At">When.</param>
public sealed record DeploymentEvent(string Type, string Message, DateTimeOffset? At)
{
    /// <summary>The id of the change; null where nothing was changed.</summary>
    public string? Tx { get; init; }

    /// <summary>The answer as it came.</summary>
    public JsonElement Json { get; init; }
}

/// <summary>What a deployment is about to do.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="DueAt">When it is due.</param>
public sealed record DeploymentTask(DeploymentTaskKind Kind, DateTimeOffset? DueAt)
{
    /// <summary>The one job that it is about.</summary>
    public JobAddress? Job { get; init; }

    /// <summary>How many jobs it posts or stops; null: as many as the strategy says.</summary>
    public int? Limit { get; init; }

    /// <summary>How often it was refused so far; null where the network does not say.</summary>
    public int? Retries { get; init; }

    /// <summary>The answer as it came.</summary>
    public JsonElement Json { get; init; }
}

/// <summary>A revision of a deployment.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Cid">The CID of its definition.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record DeploymentRevision(int Number, Cid? Cid, DateTimeOffset? CreatedAt)
{
    /// <summary>Its definition; null where this version cannot read it (then <see cref="Json"/> has it as it came).</summary>
    public JobDefinition? Definition { get; init; }

    /// <summary>The answer as it came.</summary>
    public JsonElement Json { get; init; }
}
