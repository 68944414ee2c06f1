using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>Puts the logs of a run into its result document: as much of their newest part as the document may hold.</summary>
internal static class ResultComposer
{
    /// <summary>Bytes of logs in a document, which must leave room for the rest of it.</summary>
    public const long DefaultBudget = JobResult.MaxBytes / 4 * 3;

    // {"type":"stdout","log":"","timestamp":"2026-01-01T00:00:00.0000000Z"} and a comma.
    private const int Frame = 80;

    public static async Task<JobResult> ComposeAsync(
        JobResult summary, RunLog log, CancellationToken cancellationToken, long budget = DefaultBudget)
    {
        long total = 0;
        await foreach (var entry in log.ReadAsync(0, follow: false, cancellationToken).ConfigureAwait(false))
            total += Cost(entry);

        var logs = summary.Operations.ToDictionary(operation => operation.OperationId!, _ => new List<ResultLog>(), StringComparer.Ordinal);
        var leftOut = new Dictionary<string, (int Lines, DateTimeOffset First)>(StringComparer.Ordinal);
        await foreach (var entry in log.ReadAsync(0, follow: false, cancellationToken).ConfigureAwait(false))
        {
            if (Source(entry.Kind) is not { } source || entry.OpId is not { } operation || !logs.TryGetValue(operation, out var lines))
                continue;
            if (total <= budget)
                lines.Add(ResultLog.At(entry.Timestamp, source, entry.Message));
            else
                leftOut[operation] = leftOut.TryGetValue(operation, out var before)
                    ? (before.Lines + 1, before.First)
                    : (1, entry.Timestamp);
            total -= Cost(entry);
        }
        foreach (var (operation, (lines, first)) in leftOut)
        {
            var note = $"The first {lines} lines are not in this document: it holds {budget / (1024 * 1024)} MiB of logs at most.";
            logs[operation].Insert(0, ResultLog.At(first, LogSource.NodeErr, note));
        }
        return summary with
        {
            Operations = [.. summary.Operations.Select(operation => operation with { Logs = [.. logs[operation.OperationId!]] })],
        };
    }

    public static LogSource? Source(LogKind kind) => kind switch
    {
        LogKind.Stdout => LogSource.StdOut,
        LogKind.Stderr => LogSource.StdErr,
        LogKind.Error => LogSource.NodeErr,
        _ => null,
    };

    private static long Cost(LogEntry entry)
    {
        if (Source(entry.Kind) is null || entry.OpId is null)
            return 0;
        long cost = Frame;
        foreach (var character in entry.Message)
            cost += character switch
            {
                '"' or '\\' => 2,
                < ' ' or (>= '\ud800' and <= '\udfff') => 6,
                < '\u0080' => 1,
                _ => 6,
            };
        return cost;
    }
}
