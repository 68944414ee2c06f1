using System.Globalization;
using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>The log of a job that has ended, out of its result: the way to it where a network streams none.</summary>
internal static class ResultLogs
{
    /// <summary>The lines after a position, operation after operation.</summary>
    public static IEnumerable<JobLogged> Lines(Job job, JobResult? result, LogPosition? from)
    {
        if (result is null)
            yield break;
        var position = new LogPosition(Math.Max(job.Epoch ?? 1, 1), 0);
        foreach (var operation in result.Operations)
        {
            foreach (var log in operation.Logs)
            {
                // A line that knows its number in the live log can be gone on from there.
                position = position with { Number = log.Number ?? position.Number + 1 };
                if (position > (from ?? default))
                    yield return new JobLogged(Entry(log, position.Number, operation.OperationId, result), position);
            }
        }
    }

    private static LogEntry Entry(ResultLog log, long number, string? operation, JobResult result) => new()
    {
        Id = number,
        OpId = operation,
        Kind = log.Type switch
        {
            LogSource.StdErr => LogKind.Stderr,
            LogSource.NodeErr => LogKind.Error,
            _ => LogKind.Stdout,
        },
        Timestamp = DateTimeOffset.TryParse(log.Timestamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : result.StartTime,
        Message = (log.Log ?? "").TrimEnd('\r', '\n'),
    };
}
