using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary>How a deployment keeps its jobs alive: the <c>strategy</c> field. The numbers are on disk and never change.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeploymentStrategy>))]
public enum DeploymentStrategy
{
    /// <summary>Its jobs run once, each to its timeout.</summary>
    [JsonStringEnumMemberName("SIMPLE")] Simple = 0,

    /// <summary>Its jobs run once, and are extended before their time runs out.</summary>
    [JsonStringEnumMemberName("SIMPLE-EXTEND")] SimpleExtend = 1,

    /// <summary>New jobs at every instant of a cron schedule.</summary>
    [JsonStringEnumMemberName("SCHEDULED")] Scheduled = 2,

    /// <summary>Its jobs are replaced for ever: before their time runs out, and when they end early.</summary>
    [JsonStringEnumMemberName("INFINITE")] Infinite = 3,
}
