using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary>What came of one operation.</summary>
public sealed record OperationResult
{
    /// <summary>The operation's id in the definition.</summary>
    public required string? OperationId { get; init; }

    /// <summary>The stage it ran in; an operation without a group is one by itself, named like it.</summary>
    public string? Group { get; init; }

    /// <summary>The id of its container; null where none was made.</summary>
    public string? ProviderId { get; init; }

    /// <summary>How it ended.</summary>
    public required ResultStatus? Status { get; init; }

    /// <summary>When it began; null where it never did. In JSON milliseconds since 1970.</summary>
    [JsonConverter(typeof(NullableUnixMillisecondsConverter))]
    public DateTimeOffset? StartTime { get; init; }

    /// <summary>When it ended.</summary>
    [JsonConverter(typeof(NullableUnixMillisecondsConverter))]
    public DateTimeOffset? EndTime { get; init; }

    /// <summary>The container's exit code; null where it has none.</summary>
    public long? ExitCode { get; init; }

    /// <summary>The log, oldest line first.</summary>
    [JsonConverter(typeof(ValueListConverter<ResultLog>))]
    public ValueList<ResultLog> Logs { get; init => field = value ?? []; } = [];

    /// <summary>What went wrong.</summary>
    [JsonConverter(typeof(ValueListConverter<ResultError>))]
    public ValueList<ResultError> Errors { get; init => field = value ?? []; } = [];

    /// <summary>Why it was stopped, and what the container engine said of the container.</summary>
    public Diagnostics Diagnostics { get; init => field = value ?? new(); } = new();

    /// <summary>What was read from the log by the definition's <see cref="Operation.Results"/>; null where it has none.</summary>
    [JsonConverter(typeof(ValueMapConverter<ExtractedResult>))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ValueMap<ExtractedResult>? Results { get; init; }

    /// <summary>Whether it ended well: with the status "success" and no exit code other than 0.</summary>
    [JsonIgnore]
    public bool Succeeded => Status == ResultStatus.Success && ExitCode is (null or 0);
}
