using System.Globalization;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>The log of a run that has ended, as its result holds it, told as the live log would have told it.</summary>
internal static class ResultLines
{
    /// <summary>The lines that a reader still lacks.</summary>
    /// <param name="result">The result.</param>
    /// <param name="after">The number of the last line it has; 0 for none.</param>
    /// <param name="sent">How many lines of each operation and kind it has got live, where that is known from the first line on.</param>
    public static IEnumerable<LogEntry> After(JobResult result, long after, IReadOnlyDictionary<LogLane, int>? sent)
    {
        var lines = result.Operations
            .SelectMany(operation => operation.Logs.Where(l => l.Log is not null).Select(log => (Operation: operation.OperationId, Log: log)))
            .ToList();
        // Nodes of this network number their lines; then there is nothing to guess.
        if (lines.All(l => l.Log.Number is not null))
            return lines.Select(l => Entry(l.Operation, l.Log, l.Log.Number!.Value)).Concat(result.NodeLog ?? []).Where(e => e.Id > after).OrderBy(e => e.Id);

        var ordered = lines.OrderBy(l => Time(l.Log)).ToList();
        return sent is null
            ? ordered.Select((l, i) => Entry(l.Operation, l.Log, i + 1L)).Where(e => e.Id > after)
            : Unsent(ordered, sent).Select((l, i) => Entry(l.Operation, l.Log, after + i + 1));
    }

    public static LogKind Kind(LogSource source) => source switch
    {
        LogSource.StdOut => LogKind.Stdout,
        LogSource.StdErr => LogKind.Stderr,
        LogSource.NodeErr => LogKind.Error,
        _ => LogKind.Info,
    };

    private static IEnumerable<(string? Operation, ResultLog Log)> Unsent(IEnumerable<(string? Operation, ResultLog Log)> lines, IReadOnlyDictionary<LogLane, int> sent)
    {
        var left = new Dictionary<LogLane, int>(sent);
        foreach (var line in lines)
        {
            var lane = new LogLane(line.Operation, Kind(line.Log.Type));
            if (left.GetValueOrDefault(lane) > 0)
                left[lane]--;
            else
                yield return line;
        }
    }

    private static LogEntry Entry(string? operation, ResultLog log, long number) => new()
    {
        Id = number,
        OpId = operation,
        Kind = Kind(log.Type),
        Timestamp = Time(log),
        Message = log.Log!,
    };

    private static DateTimeOffset Time(ResultLog log) =>
        DateTimeOffset.TryParse(log.Timestamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : DateTimeOffset.UnixEpoch;
}

/// <summary>What keeps its own order in a log: one stream of one operation.</summary>
internal readonly record struct LogLane(string? Operation, LogKind Kind);
