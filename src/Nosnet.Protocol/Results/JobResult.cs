using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary>
/// What came of a job, logs included: the document that the node pins to IPFS, in the shape that official clients know as FlowState.
/// </summary>
/// <remarks>Unknown fields are read over: official nodes add to this document from time to time.</remarks>
public sealed record JobResult
{
    /// <summary>Bytes of a document at most. It holds the logs of all operations, so it may be large.</summary>
    public const int MaxBytes = 64 * 1024 * 1024;

    // The JSON goes into files and HTTP bodies, never into a page, so that logs may stay as they were written.
    private static readonly ResultJson Json = new(new JsonSerializerOptions(ResultJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>How the job as a whole ended. An official node says "success" even where operations failed: ask <see cref="Succeeded"/>.</summary>
    public required ResultStatus Status { get; init; }

    /// <summary>When the job began on its node; in JSON milliseconds since 1970.</summary>
    [JsonConverter(typeof(UnixMillisecondsConverter))]
    public required DateTimeOffset StartTime { get; init; }

    /// <summary>When it ended; null while it runs.</summary>
    [JsonConverter(typeof(NullableUnixMillisecondsConverter))]
    public DateTimeOffset? EndTime { get; init; }

    /// <summary>What kept the job as a whole from running; null where nothing did.</summary>
    [JsonConverter(typeof(ValueListConverter<AnyJson>))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ValueList<AnyJson>? Errors { get; init; }

    /// <summary>The operations, in the order of the definition.</summary>
    [JsonPropertyName("opStates")]
    [JsonConverter(typeof(ValueListConverter<OperationResult>))]
    public required ValueList<OperationResult> Operations { get; init; }

    /// <summary>Addresses of private endpoints; empty once the job has ended.</summary>
    [JsonConverter(typeof(ValueMapConverter<AnyJson>))]
    public ValueMap<AnyJson> Secrets { get; init => field = value ?? []; } = [];

    /// <summary>
    /// Ours: what the node said of the job beside the output of its operations, such as which it started and why one could not be run; null
    /// where the node writes none.
    /// </summary>
    [JsonConverter(typeof(ValueListConverter<LogEntry>))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ValueList<LogEntry>? NodeLog { get; init; }

    /// <summary>Whether the job succeeded, and every operation of it did or was stopped as it should be, such as with the one that it depends on.</summary>
    [JsonIgnore]
    public bool Succeeded => Status == ResultStatus.Success && Operations.All(operation => operation.Succeeded || operation.Status == ResultStatus.Stopped);

    /// <summary>The document in JSON, UTF-8.</summary>
    public byte[] ToUtf8Bytes() => JsonSerializer.SerializeToUtf8Bytes(this, Json.JobResult);

    /// <summary>Reads a document; on refusal says in a sentence what is wrong with it.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8Json, [NotNullWhen(true)] out JobResult? result, [NotNullWhen(false)] out string? refusal)
    {
        (result, refusal) = (null, null);
        if (utf8Json.Length > MaxBytes)
        {
            refusal = $"A job result has at most {MaxBytes} bytes; this document has {utf8Json.Length}.";
            return false;
        }
        try
        {
            result = JsonSerializer.Deserialize(utf8Json, Json.JobResult);
        }
        catch (JsonException e)
        {
            refusal = $"The document is not a job result: {e.Message}";
            return false;
        }
        refusal = result is null ? "The document is not a job result: it says null." : null;
        return result is not null;
    }

    /// <summary>Reads a document.</summary>
    /// <exception cref="FormatException">The document is not a job result.</exception>
    public static JobResult Parse(ReadOnlySpan<byte> utf8Json) =>
        TryParse(utf8Json, out var result, out var refusal) ? result : throw new FormatException(refusal);
}
