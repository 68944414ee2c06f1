using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary>Whether an exposed port answers, in the words of the official node.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EndpointStatus>))]
public enum EndpointStatus
{
    /// <summary>Not known: the port has no health checks and nobody has listened there so far.</summary>
    [JsonStringEnumMemberName("UNKNOWN")] Unknown,

    /// <summary>It answers as its health checks want it, or, without any, it has taken a connection.</summary>
    [JsonStringEnumMemberName("ONLINE")] Online,

    /// <summary>It does not, or not yet, or its operation has ended.</summary>
    [JsonStringEnumMemberName("OFFLINE")] Offline,
}
