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

    public static Halt DiskQuotaExceeded(long bytes) =>
        new(EndReason.DiskQuotaExceeded, $"The job wrote more than the {bytes / (1024 * 1024)} MiB to disk that a job may.");

    public static readonly Halt DiskFull = new(EndReason.NodeFailed, "The node's disk is almost full, and the job was writing to it.");

    /// <summary>Whether it is the job's own doing, and goes on for as long as its containers do.</summary>
    public bool IsExcess => Reason is EndReason.LogQuotaExceeded or EndReason.DiskQuotaExceeded || this == DiskFull;

    /// <summary>Whether a later reason takes its place: the disk was full, and then it turns out that the job itself was over its quota.</summary>
    public bool GivesWayTo(Halt later) => this == DiskFull && later.Reason == EndReason.DiskQuotaExceeded;

    /// <summary>The status of an operation that is cut short by it.</summary>
    public ResultStatus Status => IsExcess ? ResultStatus.Failed : ResultStatus.Stopped;

    /// <summary>The same in the words of a result.</summary>
    public StopReason StopReason => new()
    {
        JobStopped = Reason == EndReason.StoppedByOwner,
        JobExpired = Reason == EndReason.TimedOut,
        Reason = Sentence,
    };
}
