using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>A deployment as it stood when it was asked for.</summary>
public sealed record Deployment
{
    /// <summary>Its address.</summary>
    public required DeploymentAddress Address { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Where it stands; null where the network says what this version does not know.</summary>
    public DeploymentStatus? Status { get; init; }

    /// <summary>How it keeps its jobs; null likewise.</summary>
    public DeploymentStrategy? Strategy { get; init; }

    /// <summary>The market of its jobs, as it was given: an address or a short name.</summary>
    public string? Market { get; init; }

    /// <summary>The account that owns it.</summary>
    public AccountAddress? Owner { get; init; }

    /// <summary>What pays for its jobs.</summary>
    public AccountAddress? Vault { get; init; }

    /// <summary>How many jobs it keeps.</summary>
    public int Replicas { get; init; }

    /// <summary>How many of its jobs run; those that wait do not count.</summary>
    public int ActiveJobs { get; init; }

    /// <summary>The timeout of each job.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The cron schedule, where it has one.</summary>
    public string? Schedule { get; init; }

    /// <summary>The time zone of the schedule; null where the network does not say.</summary>
    public string? TimeZone { get; init; }

    /// <summary>The next times of the schedule; empty where the network does not say.</summary>
    public IReadOnlyList<DateTimeOffset> NextRuns { get; init; } = [];

    /// <summary>How long before a job's time is up its replacement is posted.</summary>
    public TimeSpan? RotationTime { get; init; }

    /// <summary>How long a job may take until its ports answer.</summary>
    public TimeSpan? StartupTimeout { get; init; }

    /// <summary>Whether definitions and results are kept off IPFS.</summary>
    public bool Confidential { get; init; }

    /// <summary>The revision that new jobs run.</summary>
    public int ActiveRevision { get; init; }

    /// <summary>Where its exposed ports answer, whichever jobs run.</summary>
    public IReadOnlyList<DeploymentEndpoint> Endpoints { get; init; } = [];

    /// <summary>When what was refused is tried again; null where nothing waits for that, or the network does not say.</summary>
    public DateTimeOffset? NextRetryAt { get; init; }

    /// <summary>The most that its jobs may cost in all; null: no limit.</summary>
    public Credits? Budget { get; init; }

    /// <summary>What its ended jobs have cost; null where the network does not say.</summary>
    public Credits? Spent { get; init; }

    /// <summary>The most jobs that it may post in all; null: no limit.</summary>
    public int? MaxJobs { get; init; }

    /// <summary>How many jobs it has posted; null where the network does not say.</summary>
    public int? JobsListed { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When its owner last changed it.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>The answer as it came, with fields that have no property here.</summary>
    public JsonElement Json { get; init; }
}
