using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary>Why an operation was stopped, and what the container engine said of its container.</summary>
public sealed record Diagnostics
{
    /// <summary>Why it was stopped.</summary>
    public StopReason Reason { get; init => field = value ?? new(); } = new();

    /// <summary>The engine's last word on the container; null where there was none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ContainerState? State { get; init; }

    /// <summary>Ours: what its container has used; null where nothing was seen of it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ContainerUsage? Usage { get; init; }
}

/// <summary>Why an operation was stopped; all false where it ended by itself.</summary>
public sealed record StopReason
{
    /// <summary>The node was shut down.</summary>
    public bool HostShutDown { get; init; }

    /// <summary>The job's owner stopped it.</summary>
    public bool JobStopped { get; init; }

    /// <summary>The job's time ran out.</summary>
    public bool JobExpired { get; init; }

    /// <summary>The same for people.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }
}
