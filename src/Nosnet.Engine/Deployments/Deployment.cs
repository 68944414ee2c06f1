using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>A deployment: it keeps jobs of one definition alive by a strategy.</summary>
public sealed record Deployment
{
    public required long Key { get; init; }

    /// <summary>Its public address: random, and known before there is a key, because its definition names it.</summary>
    public required DeploymentAddress Address { get; init; }

    /// <summary>The account it belongs to.</summary>
    public required long Account { get; init; }

    /// <summary>The account that pays for its jobs; 0: the one it belongs to.</summary>
    public long Vault { get; init; }

    /// <summary>The API key that created it, where that has a <see cref="Engine.Budget"/> in which its jobs are counted; 0: none.</summary>
    public long KeyBudget { get; init; }

    public required string Name { get; init; }

    /// <summary>Where its jobs are posted, in its owner's words: an address, most often. It is looked up whenever a job is posted.</summary>
    public required string Market { get; init; }

    public required int Replicas { get; init; }

    /// <summary>The timeout of each of its jobs.</summary>
    public required long TimeoutSeconds { get; init; }

    public required DeploymentStrategy Strategy { get; init; }

    /// <summary>When a SCHEDULED one posts its jobs; null for others.</summary>
    public Schedule? Schedule { get; init; }

    /// <summary>How long before a job's time runs out its replacement is posted, where it is INFINITE.</summary>
    public long RotationSeconds { get; init; }

    /// <summary>How long the services of a job of an INFINITE one may take until they are online; 0: as long as they like.</summary>
    public long StartupSeconds { get; init; }

    public bool Confidential { get; init; }
    public int ActiveRevision { get; init; } = 1;
    public int LastRevision { get; init; } = 1;
    public DeploymentStatus Status { get; init; } = DeploymentStatus.Draft;

    /// <summary>How many times in a row its jobs ended so soon that their replacement was held back.</summary>
    public int RapidStreak { get; init; }

    /// <summary>When what was refused or held back is tried again; null: nothing is.</summary>
    public DateTimeOffset? NextRetryAt { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its owner last changed it.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>What its jobs may cost together; null: as much as they like.</summary>
    public Credits? Budget { get; init; }

    /// <summary>How many jobs it may post together; null: as many as it likes.</summary>
    public int? MaxJobs { get; init; }

    /// <summary>What its ended jobs have cost.</summary>
    public Credits Spent { get; init; }

    /// <summary>How many jobs it has posted.</summary>
    public long JobsListed { get; init; }

    /// <summary>The key under which its owner created it, so that none is created twice under one.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Whether it was deleted: then only the row is left, so that no other deployment gets its key and with it its jobs.</summary>
    public bool Deleted { get; init; }

    /// <summary>The account that pays.</summary>
    public long Payer => Vault == 0 ? Account : Vault;
}
