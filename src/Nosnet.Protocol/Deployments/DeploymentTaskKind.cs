using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary>What a task of a deployment is to do: the <c>task</c> field. The numbers are on disk and never change.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeploymentTaskKind>))]
public enum DeploymentTaskKind
{
    /// <summary>Post jobs.</summary>
    [JsonStringEnumMemberName("LIST")] List = 0,

    /// <summary>Let a job run longer.</summary>
    [JsonStringEnumMemberName("EXTEND")] Extend = 1,

    /// <summary>Stop jobs.</summary>
    [JsonStringEnumMemberName("STOP")] Stop = 2,
}
