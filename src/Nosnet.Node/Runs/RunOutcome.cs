using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>How a run ended.</summary>
/// <param name="Reason">Why.</param>
/// <param name="ContainersEndedAt">When the last container ended, by this machine's clock; null where none ran.</param>
/// <param name="Result">What came of the operations, as yet without their logs.</param>
public sealed record RunOutcome(EndReason Reason, DateTimeOffset? ContainersEndedAt, JobResult Result);

/// <summary>Why a run is brought to an end before it comes to it by itself.</summary>
/// <param name="Reason">The reason for the network.</param>
/// <param name="Sentence">The reason for people.</param>
internal sealed record Halt(EndReason Reason, string Sentence)
{
    public static readonly Halt StoppedByOwner = new(EndReason.StoppedByOwner, "The job was stopped by its owner.");

    public static readonly Halt TimedOut = new(EndReason.TimedOut, "The job's time ran out.");

    /// <summary>Ends one operation; the job itself goes on, and can still complete.</summary>
    public static Halt OfOperation(string sentence) => new(EndReason.Completed, sentence);

    public static Halt LogQuotaExceeded(long bytes) =>
        new(EndReason.LogQuotaExceeded, $"The job wrote more than the {bytes / (1024 * 1024)} MiB of output that a job may.");

    /// <summary>The status of an operation that is cut short by it.</summary>
    public ResultStatus Status => Reason == EndReason.LogQuotaExceeded ? ResultStatus.Failed : ResultStatus.Stopped;

    /// <summary>The same in the words of a result.</summary>
    public StopReason StopReason => new()
    {
        JobStopped = Reason == EndReason.StoppedByOwner,
        JobExpired = Reason == EndReason.TimedOut,
        Reason = Sentence,
    };
}
