using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary>What kind of line a log entry is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LogKind>))]
public enum LogKind
{
    /// <summary>Written by a container to its standard output.</summary>
    [JsonStringEnumMemberName("stdout")] Stdout,

    /// <summary>Written by a container to its standard error.</summary>
    [JsonStringEnumMemberName("stderr")] Stderr,

    /// <summary>Said by the node.</summary>
    [JsonStringEnumMemberName("info")] Info,

    /// <summary>Said by the node about something that failed.</summary>
    [JsonStringEnumMemberName("error")] Error,

    /// <summary>How far a wait is, such as an image pull; a later entry with the same message replaces it.</summary>
    [JsonStringEnumMemberName("progress")] Progress,
}

/// <summary>One line of a job's log.</summary>
public sealed record LogEntry
{
    /// <summary>Its number within the run, from 1, without gaps; a stream is resumed after it.</summary>
    public required long Id { get; init; }

    /// <summary>The operation it belongs to; null where it concerns the job as a whole.</summary>
    public string? OpId { get; init; }

    /// <summary>What kind of line it is.</summary>
    public required LogKind Kind { get; init; }

    /// <summary>When it was written.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>The line, without its line break.</summary>
    public required string Message { get; init; }

    /// <summary>How far, with <see cref="LogKind.Progress"/>: bytes or steps done.</summary>
    public long? Current { get; init; }

    /// <summary>Of how many; null where that is not known.</summary>
    public long? Total { get; init; }
}

/// <summary>The events of <c>GET /api/jobs/{address}/logs</c> (server-sent), by their <c>event:</c> names.</summary>
public static class JobStreamEvents
{
    /// <summary>Data: <see cref="JobProgress"/>. Sent first, and whenever something in it changes.</summary>
    public const string Status = "status";

    /// <summary>Data: <see cref="LogEntry"/>. Id: <c>epoch.number</c>, to resume with <c>Last-Event-ID</c> or <c>?from=</c>.</summary>
    public const string Log = "log";

    /// <summary>Data: <see cref="StatsSample"/>. Of <c>GET /api/jobs/{address}/stats?follow=true</c> alone.</summary>
    public const string Stats = "stats";

    /// <summary>Data: <see cref="JobView"/>, definition and result included. The last event of the stream.</summary>
    public const string End = "end";
}

/// <summary>Where a job stands, as the streams tell it.</summary>
public sealed record JobProgress
{
    /// <summary>The state in the guide's words.</summary>
    public required JobStatus Status { get; init; }

    /// <summary>Why it ended.</summary>
    public EndReason? EndReason { get; init; }

    /// <summary>Where it stands in the queue while it waits.</summary>
    public QueuePosition? Queue { get; init; }

    /// <summary>The node that has it.</summary>
    public NodeAddress? Node { get; init; }

    /// <summary>The number of the run.</summary>
    public int Epoch { get; init; }

    /// <summary>When its containers began; null while the node prepares.</summary>
    public DateTimeOffset? StartedAt { get; init; }
}
