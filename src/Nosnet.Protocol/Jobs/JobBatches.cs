using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary>What holds for all batches of jobs.</summary>
public static class JobBatch
{
    /// <summary>The most jobs of one batch.</summary>
    public const int Most = 1_000;
}

/// <summary><c>POST /api/jobs/list/batch</c>: posts jobs, each for itself.</summary>
/// <param name="Jobs">The jobs, 1,000 at most.</param>
public sealed record PostJobsRequest(IReadOnlyList<PostJobRequest> Jobs);

/// <summary><c>POST /api/jobs/extend/batch</c>: lets jobs run longer, each for itself.</summary>
/// <param name="Jobs">The jobs, 1,000 at most.</param>
public sealed record ExtendJobsRequest(IReadOnlyList<ExtendJobsItem> Jobs);

/// <summary>One job to run longer.</summary>
/// <param name="JobAddress">The job.</param>
/// <param name="Seconds">By how many seconds.</param>
public sealed record ExtendJobsItem(string JobAddress, long Seconds);

/// <summary><c>POST /api/jobs/stop/batch</c>: stops jobs, each for itself.</summary>
/// <param name="Jobs">The jobs, 1,000 at most.</param>
public sealed record StopJobsRequest(IReadOnlyList<StopJobsItem> Jobs);

/// <summary>One job to be stopped.</summary>
/// <param name="JobAddress">The job.</param>
public sealed record StopJobsItem(string JobAddress);

/// <summary>The answer to a batch.</summary>
/// <param name="Items">What became of each job, in the order of the request.</param>
public sealed record JobBatchAnswer(IReadOnlyList<JobBatchItem> Items);

/// <summary>What became of one job of a batch.</summary>
public sealed record JobBatchItem
{
    /// <summary>Where it stood in the request, from 0.</summary>
    public required int Index { get; init; }

    /// <summary><c>confirmed</c>: done; <c>refused</c>: nothing was done, see <see cref="Error"/>. Official networks also say <c>expired</c>.</summary>
    public required string Status { get; init; }

    /// <summary>The job's address.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JobAddress? Job { get; init; }

    /// <summary>The address of its first run, of a job that was posted.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RunAddress? Run { get; init; }

    /// <summary>The id of the change; absent where a job had ended before it was to be stopped.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Tx { get; init; }

    /// <summary>What was reserved, in USD.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Credits? ReservedUsd { get; init; }

    /// <summary>What the job is now, in the guide's words.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JobStatus? JobStatus { get; init; }

    /// <summary>Why it was refused.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ErrorBody? Error { get; init; }
}
