using System.Text.Json;
using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary>How a job or an operation stands, by the name on the wire. Nodes may say names that are not listed here.</summary>
[JsonConverter(typeof(ResultStatusConverter))]
public readonly record struct ResultStatus(string Name)
{
    /// <summary>Not begun.</summary>
    public static readonly ResultStatus Init = new("init");

    /// <summary>Running.</summary>
    public static readonly ResultStatus Running = new("running");

    /// <summary>Ended well.</summary>
    public static readonly ResultStatus Success = new("success");

    /// <summary>Ended badly.</summary>
    public static readonly ResultStatus Failed = new("failed");

    /// <summary>Stopped by its owner.</summary>
    public static readonly ResultStatus Stopped = new("stopped");

    /// <summary>The definition could not be run at all.</summary>
    public static readonly ResultStatus InitError = new("init error");

    /// <summary>The definition was refused by the node.</summary>
    public static readonly ResultStatus ValidationError = new("validation-error");

    /// <summary>A confidential job's definition or result did not travel.</summary>
    public static readonly ResultStatus LogisticsError = new("logistics-error");

    /// <summary>A confidential job waits for its definition.</summary>
    public static readonly ResultStatus WaitingForDefinition = new("waiting-for-job-definition");

    /// <summary>A confidential job waits for its result to be fetched.</summary>
    public static readonly ResultStatus WaitingForResult = new("waiting-for-result");

    /// <summary>The job was never run.</summary>
    public static readonly ResultStatus NeverRun = new("");

    /// <summary>The name on the wire.</summary>
    public override string ToString() => Name ?? "";
}

/// <summary>A status in JSON: its name.</summary>
public sealed class ResultStatusConverter : JsonConverter<ResultStatus>
{
    /// <inheritdoc/>
    public override ResultStatus Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String ? new ResultStatus(reader.GetString()!) : throw new JsonException("A status is a text.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ResultStatus value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
