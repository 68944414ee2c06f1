using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

/// <summary>One deployment as people see it.</summary>
internal static class DeploymentCard
{
    /// <summary>What is said of one that was just made.</summary>
    public static string Made(Deployment deployment) =>
        $"Made {Plain.Text(deployment.Name)}{(deployment.Status is DeploymentStatus.Draft ? $"; to start it: nosnet deployment start {deployment.Address}" : " and started it.")}";

    public static Spectre.Console.Grid Of(Deployment deployment, string? market) => Drawings.Card(
    [
        ("deployment", deployment.Address),
        ("name", deployment.Name),
        ("state", DeploymentOptions.Word(deployment.Status)),
        ("tries again", deployment.NextRetryAt),
        ("strategy", DeploymentOptions.Word(deployment.Strategy)),
        ("market", market),
        ("replicas", $"{deployment.ActiveJobs} running of {deployment.Replicas}"),
        ("timeout", deployment.Timeout),
        ("rotation", deployment.RotationTime is { } before ? $"{Durations.Format(before)} before a job's time is up" : null),
        ("startup timeout", deployment.StartupTimeout),
        ("schedule", deployment.Schedule is { } schedule ? $"{schedule} ({deployment.TimeZone ?? "UTC"})" : null),
        ("next", deployment.NextRuns.Count > 0 ? deployment.NextRuns[0] : null),
        ("revision", deployment.ActiveRevision),
        ("confidential", deployment.Confidential ? "yes" : null),
        ("vault", deployment.Vault == deployment.Owner ? null : deployment.Vault),
        ("spent", deployment.Budget is { } budget ? $"{deployment.Spent} of {budget}" : deployment.Spent),
        ("jobs posted", deployment.MaxJobs is { } most ? $"{deployment.JobsListed} of {most}" : deployment.JobsListed),
        ("created", deployment.CreatedAt),
        ("updated", deployment.UpdatedAt),
        .. deployment.Endpoints.Select(e => ($"{e.OpId}:{e.Port}", (object?)$"{e.Url} ({e.Status.ToString().ToLowerInvariant()})")),
    ]);
}
