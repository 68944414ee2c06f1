using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary>How an operation stands, in the words of the official node.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OperationStatus>))]
public enum OperationStatus
{
    /// <summary>Not begun: its job waits, or has ended before it.</summary>
    [JsonStringEnumMemberName("init")] Init,

    /// <summary>Its stage has not begun.</summary>
    [JsonStringEnumMemberName("pending")] Pending,

    /// <summary>It waits for what it depends on.</summary>
    [JsonStringEnumMemberName("waiting")] Waiting,

    /// <summary>Its container is being made.</summary>
    [JsonStringEnumMemberName("starting")] Starting,

    /// <summary>Its container runs.</summary>
    [JsonStringEnumMemberName("running")] Running,

    /// <summary>Its container has ended and is started again.</summary>
    [JsonStringEnumMemberName("restarting")] Restarting,

    /// <summary>Its container is being stopped.</summary>
    [JsonStringEnumMemberName("stopping")] Stopping,

    /// <summary>It was stopped, or skipped.</summary>
    [JsonStringEnumMemberName("stopped")] Stopped,

    /// <summary>It ended well.</summary>
    [JsonStringEnumMemberName("finished")] Finished,

    /// <summary>It failed.</summary>
    [JsonStringEnumMemberName("failed")] Failed,
}

/// <summary>One operation of a job, as <c>GET /api/jobs/{address}/ops</c> lists it.</summary>
public sealed record OperationView
{
    /// <summary>Its id in the definition.</summary>
    public required string OpId { get; init; }

    /// <summary>Its stage; an operation without a group is one by itself, named like it.</summary>
    public required string Group { get; init; }

    /// <summary>How it stands.</summary>
    public required OperationStatus Status { get; init; }

    /// <summary>When it began; null before.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended; null before.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The exit code of its container; null where it has none.</summary>
    public long? ExitCode { get; init; }

    /// <summary>How often its container was started again.</summary>
    public long Restarts { get; init; }

    /// <summary>Why it was stopped, was skipped or failed; null where there is nothing to say.</summary>
    public string? Reason { get; init; }

    /// <summary>Reads one from a result, or from what a node says while the job runs.</summary>
    public static OperationView Of(OperationResult operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        return new OperationView
        {
            OpId = operation.OperationId ?? "",
            Group = operation.Group ?? operation.OperationId ?? "",
            Status = StatusOf(operation.Status?.Name),
            StartedAt = operation.StartTime,
            EndedAt = operation.EndTime,
            ExitCode = operation.ExitCode,
            Restarts = operation.Diagnostics.State?.RestartCount ?? 0,
            Reason = (operation.Errors.Count > 0 ? operation.Errors[0].Message : null) ?? operation.Diagnostics.Reason.Reason,
        };
    }

    private static OperationStatus StatusOf(string? name) => name switch
    {
        "success" => OperationStatus.Finished,
        "failed" => OperationStatus.Failed,
        "stopped" => OperationStatus.Stopped,
        "pending" => OperationStatus.Pending,
        "waiting" => OperationStatus.Waiting,
        "starting" => OperationStatus.Starting,
        "running" => OperationStatus.Running,
        "restarting" => OperationStatus.Restarting,
        "stopping" => OperationStatus.Stopping,
        _ => OperationStatus.Init,
    };
}
