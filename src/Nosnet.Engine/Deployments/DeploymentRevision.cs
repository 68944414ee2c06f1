using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>One version of what a deployment runs. It never changes.</summary>
public sealed record DeploymentRevision
{
    public required long Key { get; init; }
    public required long Deployment { get; init; }

    /// <summary>1 for the first; a new one is numbered after the highest there is.</summary>
    public required int Number { get; init; }

    /// <summary>What its jobs are posted with.</summary>
    public required Cid Definition { get; init; }

    /// <summary>The definition itself, sealed, where it is on no IPFS; null: it is what <see cref="Definition"/> names.</summary>
    public string? Sealed { get; init; }

    /// <summary>What it asks of the machine; null: nothing.</summary>
    public JobRequirements? Requirements { get; init; }

    /// <summary>Whether it exposes services: then a job of it is ready once these are online, and else once its run starts.</summary>
    public bool Exposes { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>What a revision runs, as it comes.</summary>
/// <param name="Definition">What its jobs are posted with.</param>
/// <param name="Requirements">What it asks of the machine; null: nothing.</param>
/// <param name="Exposes">Whether it exposes services.</param>
/// <param name="Sealed">The definition itself, sealed, where it is on no IPFS.</param>
public sealed record RevisionContent(Cid Definition, JobRequirements? Requirements, bool Exposes, string? Sealed = null);
