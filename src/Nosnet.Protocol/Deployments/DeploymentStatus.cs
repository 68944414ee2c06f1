using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary>The state of a deployment: the <c>status</c> field. The numbers are on disk and never change.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeploymentStatus>))]
public enum DeploymentStatus
{
    /// <summary>Created and never started.</summary>
    [JsonStringEnumMemberName("DRAFT")] Draft = 0,

    /// <summary>A task failed so often that it was given up.</summary>
    [JsonStringEnumMemberName("ERROR")] Error = 1,

    /// <summary>Asked to start; it runs as soon as its first jobs are planned, which is at once.</summary>
    [JsonStringEnumMemberName("STARTING")] Starting = 2,

    /// <summary>Its strategy keeps its jobs.</summary>
    [JsonStringEnumMemberName("RUNNING")] Running = 3,

    /// <summary>Its jobs are being stopped.</summary>
    [JsonStringEnumMemberName("STOPPING")] Stopping = 4,

    /// <summary>No job of it is left.</summary>
    [JsonStringEnumMemberName("STOPPED")] Stopped = 5,

    /// <summary>What pays for it has too few credits; it goes on by itself once there are enough.</summary>
    [JsonStringEnumMemberName("INSUFFICIENT_FUNDS")] InsufficientFunds = 6,

    /// <summary>Kept for reading alone.</summary>
    [JsonStringEnumMemberName("ARCHIVED")] Archived = 7,
}
