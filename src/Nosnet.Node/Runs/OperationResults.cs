using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>The ways in which an operation can have ended, as the result document tells them.</summary>
internal static class OperationResults
{
    /// <summary>It was never begun.</summary>
    public static OperationResult NotBegun(PlannedOperation operation, Halt? halt = null) => new()
    {
        OperationId = operation.Operation.Id,
        Group = operation.Group,
        Status = halt is { Reason: EndReason.Completed } ? ResultStatus.Stopped : ResultStatus.Init,
        Diagnostics = halt is null ? new() : new() { Reason = halt.StopReason },
    };

    /// <summary>It was not begun because of another operation.</summary>
    public static OperationResult Skipped(PlannedOperation operation, string sentence) =>
        NotBegun(operation) with { Diagnostics = new() { Reason = new() { Reason = sentence } } };

    /// <summary>It did what it had to do without a container.</summary>
    public static OperationResult Done(PlannedOperation operation, DateTimeOffset from, DateTimeOffset to) =>
        NotBegun(operation) with { Status = ResultStatus.Success, StartTime = from, EndTime = to };

    /// <summary>It could not be done.</summary>
    public static OperationResult Failed(PlannedOperation operation, DateTimeOffset at, string step, string message, int? code = null) =>
        NotBegun(operation) with
        {
            Status = ResultStatus.Failed,
            StartTime = at,
            EndTime = at,
            Errors = [new ResultError { Event = step, Message = message, Code = code }],
        };

    /// <summary>Its container came to an end, by itself or because of <paramref name="halt"/>.</summary>
    public static OperationResult Ended(
        PlannedOperation operation, ContainerSnapshot container, DateTimeOffset from, DateTimeOffset to, Halt? halt)
    {
        var status = halt is not null ? halt.Status : container.State.ExitCode == 0 ? ResultStatus.Success : ResultStatus.Failed;
        return NotBegun(operation, halt) with
        {
            ProviderId = container.Id,
            Status = status,
            StartTime = from,
            EndTime = to,
            ExitCode = container.State.ExitCode,
            Errors = status == ResultStatus.Failed
                ? [new ResultError { Event = ResultError.Operation, Message = Sentence(operation, container, halt) }]
                : [],
            Diagnostics = new() { Reason = halt?.StopReason ?? new(), State = container.State },
        };
    }

    /// <summary>Whether nothing about its end speaks against the job: it succeeded, or was stopped for itself alone.</summary>
    public static bool IsWell(OperationResult result) =>
        result.Status == ResultStatus.Success || (result.Status == ResultStatus.Stopped && result.Diagnostics.Reason is { JobStopped: false, JobExpired: false });

    /// <summary>Why a container that failed brings its job to an end.</summary>
    public static Halt Why(PlannedOperation operation, ContainerSnapshot container) =>
        new(container.State.OomKilled ? EndReason.OutOfMemory : EndReason.OperationFailed, Sentence(operation, container, null));

    private static string Sentence(PlannedOperation operation, ContainerSnapshot container, Halt? halt) =>
        halt?.Sentence ?? (container.State.OomKilled
            ? $"The operation {operation.Operation.Id} was killed: it wanted more memory than it may have (exit code {container.State.ExitCode})."
            : $"The operation {operation.Operation.Id} ended with exit code {container.State.ExitCode}.");
}
