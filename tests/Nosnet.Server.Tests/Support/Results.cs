using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

/// <summary>Results of jobs that ran nowhere.</summary>
internal static class Results
{
    public static readonly DateTimeOffset Start = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    public static JobResult Of(string operation, params string[] lines) =>
        Of(operation, [.. lines.Select((line, i) => ResultLog.At(Start.AddSeconds(i), LogSource.StdOut, line))]);

    public static JobResult Of(string operation, params ResultLog[] logs) => new()
    {
        Status = ResultStatus.Success,
        StartTime = Start,
        EndTime = Start.AddMinutes(1),
        Operations = [new OperationResult { OperationId = operation, Status = ResultStatus.Success, ExitCode = 0, Logs = [.. logs] }],
    };
}
