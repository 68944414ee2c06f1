using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>A stretch of rows in the order of their keys, which is that of their creation.</summary>
/// <param name="Beyond">The key that it begins beyond; null: it begins with the first row in its direction.</param>
/// <param name="IsDescending">Whether it goes towards older rows.</param>
/// <param name="Limit">How many rows it has at most.</param>
/// <param name="IsCounted">Whether the rows that the filter lets through are counted, for which each of them is looked at.</param>
public readonly record struct Stretch(long? Beyond, bool IsDescending, int Limit, bool IsCounted = true);

/// <summary>The rows of a stretch, in its direction, and how many rows the filter lets through in all; 0 where they are not counted.</summary>
public sealed record Listing<T>(IReadOnlyList<T> Rows, long Total);

/// <summary>Which of an account's deployments are meant: those that meet all that is given.</summary>
public sealed record DeploymentFilter
{
    /// <summary>A part of its address or name, in any case.</summary>
    public string? Search { get; init; }

    public IReadOnlyList<DeploymentAddress>? Addresses { get; init; }
    public string? Name { get; init; }
    public IReadOnlyList<DeploymentStatus>? Statuses { get; init; }
    public IReadOnlyList<DeploymentStrategy>? Strategies { get; init; }

    /// <summary>The account that pays.</summary>
    public long? Payer { get; init; }

    public string? IdempotencyKey { get; init; }
    public DateTimeOffset? CreatedFrom { get; init; }
    public DateTimeOffset? CreatedUntil { get; init; }
}

/// <summary>Which of a deployment's jobs are meant.</summary>
public sealed record DeploymentJobFilter
{
    public IReadOnlyList<JobState>? States { get; init; }
    public long? Job { get; init; }
    public int? Revision { get; init; }
    public DateTimeOffset? CreatedFrom { get; init; }
    public DateTimeOffset? CreatedUntil { get; init; }
}

/// <summary>Which of a deployment's revisions are meant.</summary>
public sealed record DeploymentRevisionFilter
{
    public int? Number { get; init; }
    public DateTimeOffset? CreatedFrom { get; init; }
    public DateTimeOffset? CreatedUntil { get; init; }
}

/// <summary>Which of a deployment's events are meant.</summary>
public sealed record DeploymentEventFilter
{
    public IReadOnlyList<string>? Categories { get; init; }
    public IReadOnlyList<string>? Types { get; init; }
    public DateTimeOffset? CreatedFrom { get; init; }
    public DateTimeOffset? CreatedUntil { get; init; }
}

/// <summary>Which of a deployment's tasks are meant.</summary>
public sealed record DeploymentTaskFilter
{
    public IReadOnlyList<DeploymentTaskKind>? Kinds { get; init; }
    public DateTimeOffset? DueFrom { get; init; }
    public DateTimeOffset? DueUntil { get; init; }
}
