using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary>The answer to <c>GET /api/stats</c>: what the server that writes did of deployments since it began. All of the network together.</summary>
public sealed record DeploymentFigures
{
    /// <summary>For how long that server has run, in milliseconds.</summary>
    [JsonPropertyName("running_ms")] public required long RunningMs { get; init; }

    /// <summary>When it began.</summary>
    [JsonPropertyName("started_at"), JsonConverter(typeof(UtcConverter))] public required DateTimeOffset StartedAt { get; init; }

    /// <summary>What became of jobs by tasks of their deployments.</summary>
    [JsonPropertyName("jobs")] public required JobFigures Jobs { get; init; }

    /// <summary>The tasks themselves.</summary>
    [JsonPropertyName("tasks")] public required TaskFigures Tasks { get; init; }

    /// <summary>Jobs of deployments.</summary>
    /// <param name="Listed">How many were posted.</param>
    /// <param name="Extended">How often one was let run longer.</param>
    /// <param name="Stopped">How many were stopped.</param>
    public sealed record JobFigures(
        [property: JsonPropertyName("listed")] long Listed, [property: JsonPropertyName("extended")] long Extended, [property: JsonPropertyName("stopped")] long Stopped);

    /// <summary>Tasks of deployments.</summary>
    /// <param name="InProgress">How many are being done.</param>
    /// <param name="Failed">How often one was refused; it is tried again.</param>
    /// <param name="Successful">How many were done, or dropped because there was nothing left to do.</param>
    /// <param name="TimedOut">Always 0: a task is one transaction, which is done or is not.</param>
    /// <param name="AverageTimeMs">How long one took on the average, in milliseconds; 0 before the first.</param>
    public sealed record TaskFigures(
        [property: JsonPropertyName("in_progress")] int InProgress,
        [property: JsonPropertyName("failed")] long Failed,
        [property: JsonPropertyName("successful")] long Successful,
        [property: JsonPropertyName("timed_out")] int TimedOut,
        [property: JsonPropertyName("average_time_ms")] double AverageTimeMs);
}
