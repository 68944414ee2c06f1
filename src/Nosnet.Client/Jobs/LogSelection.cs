using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>Which lines of a job's log are wanted; all that nothing here excludes.</summary>
public sealed record LogSelection
{
    /// <summary>Only those of these operations; empty: of all, and of the job as a whole.</summary>
    public IReadOnlyList<string> Operations { get; init; } = [];

    /// <summary>Only those of these kinds; empty: of all.</summary>
    public IReadOnlyList<LogKind> Kinds { get; init; } = [];

    /// <summary>Only those written at this time or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Whether a line is wanted.</summary>
    public bool Matches(LogEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return (Operations.Count == 0 || (entry.OpId is { } operation && Operations.Contains(operation)))
            && (Kinds.Count == 0 || Kinds.Contains(entry.Kind))
            && (Since is not { } since || entry.Timestamp >= since);
    }

    internal string OperationQuery => string.Join(',', Operations);

    internal string KindQuery => string.Join(',', Kinds).ToLowerInvariant();
}
