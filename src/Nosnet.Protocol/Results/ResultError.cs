using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary>Something that went wrong with an operation.</summary>
public sealed record ResultError
{
    /// <summary>The step that failed: one of the constants, or a name that another node uses.</summary>
    public required string Event { get; init; }

    /// <summary>What happened, for people.</summary>
    public required string Message { get; init; }

    /// <summary>The HTTP status that a registry or the container engine gave.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Code { get; init; }

    /// <summary>The image could not be pulled.</summary>
    public const string ImagePull = "image-pull-error";

    /// <summary>A resource could not be downloaded.</summary>
    public const string Resource = "resource-error";

    /// <summary>The container could not be run.</summary>
    public const string ContainerRuntime = "container-runtime-error";

    /// <summary>Anything else.</summary>
    public const string Operation = "operation-error";
}
