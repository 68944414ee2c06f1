using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary>The official state of a job: the number in the <c>state</c> field.</summary>
public enum JobState
{
    /// <summary>Posted and waiting for a node; or its run was lost.</summary>
    Queued = 0,

    /// <summary>Matched with a node.</summary>
    Running = 1,

    /// <summary>The node finished it; <c>jobStatus</c> says whether all operations succeeded.</summary>
    Completed = 2,

    /// <summary>Stopped by its owner, by its timeout, or after waiting too long.</summary>
    Stopped = 3,
}

/// <summary>The state of a job in the words of the Jobs API guide: the <c>status</c> field.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JobStatus>))]
public enum JobStatus
{
    /// <summary>Waiting for a node.</summary>
    [JsonStringEnumMemberName("pending")] Pending,

    /// <summary>On a node.</summary>
    [JsonStringEnumMemberName("running")] Running,

    /// <summary>Every operation succeeded.</summary>
    [JsonStringEnumMemberName("completed")] Completed,

    /// <summary>An operation failed, or its nodes were lost too often.</summary>
    [JsonStringEnumMemberName("failed")] Failed,

    /// <summary>Stopped by its owner, by its timeout, or after waiting too long.</summary>
    [JsonStringEnumMemberName("stopped")] Stopped,
}

/// <summary>Why a job ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EndReason>))]
public enum EndReason
{
    /// <summary>Every operation succeeded.</summary>
    [JsonStringEnumMemberName("completed")] Completed = 1,

    /// <summary>An operation exited with another code than 0, or could not be started.</summary>
    [JsonStringEnumMemberName("operation_failed")] OperationFailed = 2,

    /// <summary>The node could not get an image.</summary>
    [JsonStringEnumMemberName("image_pull_failed")] ImagePullFailed = 3,

    /// <summary>A container wanted more memory than it may have.</summary>
    [JsonStringEnumMemberName("out_of_memory")] OutOfMemory = 4,

    /// <summary>The time that was paid for ran out.</summary>
    [JsonStringEnumMemberName("timed_out")] TimedOut = 5,

    /// <summary>The job's owner stopped it.</summary>
    [JsonStringEnumMemberName("stopped_by_owner")] StoppedByOwner = 6,

    /// <summary>No node took it for as long as its market lets jobs wait.</summary>
    [JsonStringEnumMemberName("expired_in_queue")] ExpiredInQueue = 7,

    /// <summary>Three nodes fell silent while they ran it.</summary>
    [JsonStringEnumMemberName("node_lost")] NodeLost = 8,

    /// <summary>It wrote more log than a job may.</summary>
    [JsonStringEnumMemberName("log_quota_exceeded")] LogQuotaExceeded = 9,

    /// <summary>The node could not run it for a reason of its own; the job's result says which.</summary>
    [JsonStringEnumMemberName("node_failed")] NodeFailed = 10,

    /// <summary>The node could not read the job definition.</summary>
    [JsonStringEnumMemberName("definition_unavailable")] DefinitionUnavailable = 11,

    /// <summary>It wrote more to disk than a job may.</summary>
    [JsonStringEnumMemberName("disk_quota_exceeded")] DiskQuotaExceeded = 12,

    /// <summary>The operator of the node allows no such job; the job's result says what it asked for.</summary>
    [JsonStringEnumMemberName("refused_by_policy")] RefusedByPolicy = 13,

    /// <summary>The node could not download a resource.</summary>
    [JsonStringEnumMemberName("resource_failed")] ResourceFailed = 14,
}

/// <summary>How the two vocabularies of a job's state map onto each other.</summary>
public static class JobStates
{
    /// <summary>The guide's word for an official state; <paramref name="reason"/> tells completed from failed.</summary>
    public static JobStatus Status(this JobState state, EndReason? reason) => state switch
    {
        JobState.Queued => JobStatus.Pending,
        JobState.Running => JobStatus.Running,
        JobState.Stopped => JobStatus.Stopped,
        _ => reason is EndReason.Completed ? JobStatus.Completed : JobStatus.Failed,
    };

    /// <summary>Whether a job in this status is over.</summary>
    public static bool IsEnded(this JobStatus status) => status is JobStatus.Completed or JobStatus.Failed or JobStatus.Stopped;
}
