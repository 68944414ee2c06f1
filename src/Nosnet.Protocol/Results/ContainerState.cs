using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary>A container's state as the container engine tells it, under the engine's own names; fields that only some engines have are left out.</summary>
public sealed record ContainerState
{
    /// <summary>The state's name: "exited", "running", ….</summary>
    [JsonPropertyName("Status")]
    public string? Status { get; init; }

    /// <summary>Whether it runs.</summary>
    [JsonPropertyName("Running")]
    public bool Running { get; init; }

    /// <summary>Whether it is paused.</summary>
    [JsonPropertyName("Paused")]
    public bool Paused { get; init; }

    /// <summary>Whether it is being started again.</summary>
    [JsonPropertyName("Restarting")]
    public bool Restarting { get; init; }

    /// <summary>Whether it was killed for want of memory.</summary>
    [JsonPropertyName("OOMKilled")]
    public bool OomKilled { get; init; }

    /// <summary>Whether the engine failed to remove it.</summary>
    [JsonPropertyName("Dead")]
    public bool Dead { get; init; }

    /// <summary>The process id on the node; 0 when it has ended.</summary>
    [JsonPropertyName("Pid")]
    public long Pid { get; init; }

    /// <summary>The exit code.</summary>
    [JsonPropertyName("ExitCode")]
    public long ExitCode { get; init; }

    /// <summary>The engine's complaint; usually empty.</summary>
    [JsonPropertyName("Error")]
    public string? Error { get; init; }

    /// <summary>When it was started, RFC 3339.</summary>
    [JsonPropertyName("StartedAt")]
    public string? StartedAt { get; init; }

    /// <summary>When it ended, RFC 3339.</summary>
    [JsonPropertyName("FinishedAt")]
    public string? FinishedAt { get; init; }

    /// <summary>The engine's own health checks, where the image has some.</summary>
    [JsonPropertyName("Health")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AnyJson? Health { get; init; }

    /// <summary>How often it was started again.</summary>
    [JsonPropertyName("RestartCount")]
    public long RestartCount { get; init; }
}
