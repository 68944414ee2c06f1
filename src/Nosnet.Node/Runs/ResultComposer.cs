using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>Puts the log of a run into its result document: as much of its newest part as the document may hold.</summary>
internal static class ResultComposer
{
    /// <summary>Bytes of logs in a document. It is made and read in memory, on nodes and servers that have other jobs too.</summary>
    public const long DefaultBudget = 8 * 1024 * 1024;

    // {"type":"stdout","log":"","timestamp":"2026-01-01T00:00:00.0000000Z","number":1000000} and a comma.
    private const int Frame = 100;

    public static async Task<JobResult> ComposeAsync(
        JobResult summary, RunLog log, CancellationToken cancellationToken, long budget = DefaultBudget)
    {
        long total = 0;
        await foreach (var entry in log.ReadAsync(0, follow: false, cancellationToken).ConfigureAwait(false))
            total += Cost(entry);

        var logs = summary.Operations.ToDictionary(operation => operation.OperationId!, _ => new List<ResultLog>(), StringComparer.Ordinal);
        var leftOut = new Dictionary<string, LeftOut>(StringComparer.Ordinal);
        var said = new List<LogEntry>();
        await foreach (var entry in log.ReadAsync(0, follow: false, cancellationToken).ConfigureAwait(false))
        {
            var fits = total <= budget;
            total -= Cost(entry);
            if (Source(entry.Kind) is not { } source || entry.OpId is not { } operation || !logs.TryGetValue(operation, out var lines))
            {
                // How far something was is of no interest once it has ended.
                if (fits && entry.Kind != LogKind.Progress)
                    said.Add(entry);
            }
            else if (fits)
            {
                lines.Add(ResultLog.At(entry.Timestamp, source, entry.Message) with { Number = entry.Id });
            }
            else
            {
                leftOut[operation] = new LeftOut(leftOut.GetValueOrDefault(operation).Lines + 1, entry);
            }
        }

        foreach (var (operation, (count, last)) in leftOut)
        {
            var note = $"The first {count} lines are not in this document: it holds {budget / (1024 * 1024)} MiB of logs at most.";
            logs[operation].Insert(0, ResultLog.At(last.Timestamp, LogSource.NodeErr, note) with { Number = last.Id });
        }
        return summary with
        {
            Operations = [.. summary.Operations.Select(operation => operation with { Logs = [.. logs[operation.OperationId!]] })],
            NodeLog = [.. said],
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
        if (entry.Kind == LogKind.Progress)
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

    private readonly record struct LeftOut(int Lines, LogEntry Last);
}
