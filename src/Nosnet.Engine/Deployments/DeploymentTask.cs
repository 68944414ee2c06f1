using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>What a deployment is to do and when. The transaction that does it deletes the row.</summary>
public sealed record DeploymentTask
{
    public required long Key { get; init; }
    public required long Deployment { get; init; }
    public required DeploymentTaskKind Kind { get; init; }
    public required DateTimeOffset DueAt { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The job it is about; 0 for none. A LIST of a job posts its replacement.</summary>
    public long Job { get; init; }

    /// <summary>How many jobs it posts or stops at most; null: as many as its deployment's strategy says.</summary>
    public int? Limit { get; init; }

    /// <summary>The revision it was planned for: dropped where another is active; 0: any.</summary>
    public int Revision { get; init; }

    /// <summary>By how much an EXTEND that is done once extends; null: by the deployment's timeout, again and again.</summary>
    public long? ExtendSeconds { get; init; }

    /// <summary>How many times it was refused.</summary>
    public int Retries { get; init; }
}
