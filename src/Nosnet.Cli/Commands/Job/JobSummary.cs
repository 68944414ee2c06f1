using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

/// <summary>What there is to say of a job that has ended.</summary>
internal static class JobSummary
{
    public static void Say(Terminal terminal, Job job, Credits? reserved = null)
    {
        terminal.Say($"Job {job.Address} {Drawings.Word(job.Status)}{Reason(job)}{After(job)}.");
        foreach (var failure in Failures(job))
            terminal.Say($"  {Plain.Text(failure)}");
        if (job.ResultCid is { } cid)
            terminal.Say($"Result: {cid}");
        if (job.Cost is { } cost)
            terminal.Say($"Cost: {cost}{(reserved is { } held ? $" of {held} reserved" : "")}");
    }

    /// <summary>Why it ended, in words: <c>timed out</c>.</summary>
    public static string? Words(EndReason? reason) => reason switch
    {
        null or EndReason.Completed => null,
        EndReason.OperationFailed => "an operation failed",
        EndReason.ImagePullFailed => "an image could not be pulled",
        EndReason.ResourceFailed => "a resource could not be downloaded",
        EndReason.OutOfMemory => "out of memory",
        EndReason.TimedOut => "its time ran out",
        EndReason.StoppedByOwner => "stopped by its owner",
        EndReason.ExpiredInQueue => "no node took it in time",
        EndReason.NodeLost => "its nodes were lost",
        EndReason.LogQuotaExceeded => "it wrote more log than it may",
        EndReason.DiskQuotaExceeded => "it wrote more to disk than it may",
        EndReason.RefusedByPolicy => "the node's operator allows no such job",
        EndReason.NodeFailed => "the node could not run it",
        EndReason.DefinitionUnavailable => "the node could not read its definition",
        _ => reason.ToString(),
    };

    private static string Reason(Job job) => Words(job.EndReason) is { } words && job.EndReason is not EndReason.StoppedByOwner ? $", since {words}" : "";

    private static string After(Job job) => job is { StartedAt: { } start, EndedAt: { } end } && end >= start ? $" after {Durations.Format(end - start)}" : "";

    private static IEnumerable<string> Failures(Job job) =>
        from operation in job.Result?.Operations ?? []
        where !operation.Succeeded
        let code = operation.ExitCode is { } exit ? $" with exit code {exit}" : ""
        select $"Operation {operation.OperationId}: {operation.Status}{code}{string.Concat(operation.Errors.Select(e => $"; {e.Message}"))}";
}
