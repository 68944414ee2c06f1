using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary><c>POST /api/jobs/list</c>: posts a job (the official name of the route is "list").</summary>
public record PostJobRequest
{
    /// <summary>The CID of the job definition.</summary>
    public string? IpfsHash { get; init; }

    /// <summary>The address of the market.</summary>
    public string? Market { get; init; }

    /// <summary>The longest it may run, in seconds (or in minutes where the operator chose so); 3600 s unless told. A string of digits is taken too.</summary>
    [JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
    public long? Timeout { get; init; }

    /// <summary>The same in minutes, whatever the unit of <see cref="Timeout"/>; only one of the two may be given.</summary>
    [JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
    public long? TimeoutMinutes { get; init; }

    /// <summary>The same in seconds, whatever the unit of <see cref="Timeout"/>.</summary>
    [JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
    public long? TimeoutSeconds { get; init; }

    /// <summary>The address of the one node that may run it; any node of the market unless told.</summary>
    public string? Node { get; init; }
}

/// <summary>The answer to <see cref="PostJobRequest"/>.</summary>
public sealed record JobPosted
{
    /// <summary>The id of the change.</summary>
    public required string Tx { get; init; }

    /// <summary>The job's address.</summary>
    public required JobAddress Job { get; init; }

    /// <summary>The address of its first run.</summary>
    public required RunAddress Run { get; init; }

    /// <summary>What was reserved.</summary>
    public required CreditsUsed Credits { get; init; }

    /// <summary>The official state, <c>0</c> or <c>1</c>.</summary>
    public required JobState State { get; init; }

    /// <summary>The state in the guide's words.</summary>
    public required JobStatus Status { get; init; }

    /// <summary>The longest it may run, in seconds.</summary>
    public required long TimeoutSeconds { get; init; }

    /// <summary>When it leaves the queue if no node takes it.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The node that has it, where one took it at once.</summary>
    public NodeAddress? Node { get; init; }

    /// <summary>What its owner may want to do otherwise, a sentence each; absent where there is nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Warnings { get; init; }
}

/// <summary>What a post or an extension reserved.</summary>
public sealed record CreditsUsed
{
    /// <summary>The amount reserved, in USD.</summary>
    [JsonPropertyName("costUSD")]
    public required Credits CostUsd { get; init; }

    /// <summary>The same in credits; 1 credit = 1 USD.</summary>
    [JsonPropertyName("creditsUsed")]
    public required Credits Amount { get; init; }

    /// <summary>The id of the reservation: the <c>tx</c> that made it.</summary>
    public required string ReservationId { get; init; }

    /// <summary>The account that pays.</summary>
    public AccountAddress? Project { get; init; }
}

/// <summary><c>POST /api/jobs/{address}/extend</c>: lets a job run longer.</summary>
public sealed record ExtendJobRequest
{
    /// <summary>By how many seconds.</summary>
    [JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
    public long? Seconds { get; init; }

    /// <summary>By how many minutes, as the guide has it; only one of the two may be given.</summary>
    [JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
    public long? Timeout { get; init; }
}

/// <summary>The answer to <see cref="ExtendJobRequest"/>.</summary>
public sealed record JobExtended
{
    /// <summary>The id of the change.</summary>
    public required string Tx { get; init; }

    /// <summary>The job's address.</summary>
    public required JobAddress Job { get; init; }

    /// <summary>What was reserved beyond the earlier reservation.</summary>
    public required CreditsUsed Credits { get; init; }

    /// <summary>The longest it may run now, in seconds.</summary>
    public required long TimeoutSeconds { get; init; }

    /// <summary>When its time runs out, where it has started.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>The answer to <c>POST /api/jobs/{address}/stop</c>.</summary>
public sealed record JobStopped
{
    /// <summary>The id of the change; null where the job had ended before.</summary>
    public string? Tx { get; init; }

    /// <summary>The job's address.</summary>
    public required JobAddress Job { get; init; }

    /// <summary>Whether it was still queued, and so ended at once without cost.</summary>
    public required bool Delisted { get; init; }

    /// <summary><c>delisted</c>, <c>ended</c> (its node was told to stop it) or <c>already_terminal</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary>The state in the guide's words; a running job is stopped as soon as its containers have ended.</summary>
    public required JobStatus Status { get; init; }
}
