using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>What came of <see cref="DeploymentsClient.ApplyAsync"/>.</summary>
/// <param name="Deployment">The deployment as it stands now.</param>
/// <param name="IsNew">Whether it was made.</param>
/// <param name="Changes">What was changed, a few words each; empty where it was as wanted.</param>
public sealed record AppliedDeployment(Deployment Deployment, bool IsNew, IReadOnlyList<string> Changes);

/// <summary>Makes a deployment what is wanted, by the fewest changes. What is not said and can be changed becomes what it is by default.</summary>
internal static class DeploymentApplying
{
    /// <summary>What the network writes into every definition that a deployment posts.</summary>
    private const string Trigger = "deployment-manager";

    private const string Utc = "UTC";

    public static async Task<AppliedDeployment> ApplyAsync(DeploymentsClient client, CreateDeployment wanted, CancellationToken cancellation)
    {
        if (wanted.Name.Length == 0)
            throw new ArgumentException("What is applied is found by its name, so it needs one.", nameof(wanted));
        var found = await client.ListAsync(new DeploymentFilter { Name = wanted.Name }).Where(d => d.Status is not DeploymentStatus.Archived).Take(2).ToListAsync(cancellation).ConfigureAwait(false);
        if (found.Count > 1)
            throw new NosanaException($"Several deployments are named '{wanted.Name}'. Rename or archive all but one, and apply again.");
        if (found.Count == 0)
            return new AppliedDeployment(await client.CreateAsync(wanted, cancellation).ConfigureAwait(false), IsNew: true, []);

        var handle = client.Handle(found[0].Address);
        var changes = await ChangeAsync(handle, found[0], wanted, cancellation).ConfigureAwait(false);
        return new AppliedDeployment(changes.Count == 0 ? found[0] : await handle.GetAsync(cancellation).ConfigureAwait(false), IsNew: false, changes);
    }

    private static async Task<IReadOnlyList<string>> ChangeAsync(DeploymentHandle handle, Deployment is_, CreateDeployment wanted, CancellationToken cancellation)
    {
        if (Unchangeable(is_, wanted) is { } what)
            throw new NosanaException($"The {what} of deployment '{wanted.Name}' cannot be changed. Give the file another name, or delete the deployment first.");
        var changes = new List<string>();
        async Task ChangeAsync(bool differs, string what, Func<Task> change)
        {
            if (!differs)
                return;
            await change().ConfigureAwait(false);
            changes.Add(what);
        }

        await ChangeAsync(is_.Market != wanted.Market.ToString(), $"market {wanted.Market}", () => handle.SetMarketAsync(wanted.Market, cancellation)).ConfigureAwait(false);
        await ChangeAsync(is_.Timeout != wanted.Timeout, $"timeout {CreateDeployment.Minutes(wanted.Timeout):0.###} min", () => handle.SetTimeoutAsync(wanted.Timeout, cancellation)).ConfigureAwait(false);
        await ChangeAsync(
            is_.Strategy is DeploymentStrategy.Scheduled && wanted.Schedule is { } schedule && (is_.Schedule != schedule || (is_.TimeZone ?? Utc) != (wanted.TimeZone ?? Utc)),
            $"schedule {wanted.Schedule}", () => handle.SetScheduleAsync(wanted.Schedule!, wanted.TimeZone ?? (is_.TimeZone is null ? null : Utc), cancellation)).ConfigureAwait(false);
        await ChangeAsync(
            is_.Strategy is DeploymentStrategy.Infinite && (is_.StartupTimeout ?? TimeSpan.Zero) != (wanted.StartupTimeout ?? TimeSpan.Zero),
            "startup timeout", () => handle.SetStartupTimeoutAsync(wanted.StartupTimeout ?? TimeSpan.Zero, cancellation)).ConfigureAwait(false);
        await ChangeAsync(
            is_.Budget != wanted.Budget || is_.MaxJobs != wanted.MaxJobs, "limits", () => handle.SetLimitsAsync(wanted.Budget, wanted.MaxJobs, cancellation)).ConfigureAwait(false);
        await ChangeAsync(
            !await IsActiveAsync(handle, is_, wanted.Definition, cancellation).ConfigureAwait(false), "a new revision", () => handle.CreateRevisionAsync(wanted.Definition, cancellation)).ConfigureAwait(false);
        await ChangeAsync(is_.Replicas != wanted.Replicas, $"replicas {wanted.Replicas}", () => handle.ScaleAsync(wanted.Replicas, cancellation)).ConfigureAwait(false);
        await ChangeAsync(
            wanted.Autostart && is_.Status is DeploymentStatus.Draft or DeploymentStatus.Stopped or DeploymentStatus.Error, "started", () => handle.StartAsync(cancellation)).ConfigureAwait(false);
        return changes;
    }

    private static string? Unchangeable(Deployment is_, CreateDeployment wanted) =>
        is_.Strategy != wanted.Strategy ? "strategy"
        : is_.Confidential != wanted.Confidential ? "confidentiality"
        : wanted.Vault is { } vault && is_.Vault != vault ? "vault"
        : is_.Strategy is DeploymentStrategy.Infinite && wanted.RotationTime is { } rotation && is_.RotationTime != rotation ? "rotation time"
        : null;

    private static async Task<bool> IsActiveAsync(DeploymentHandle handle, Deployment is_, JobDefinition wanted, CancellationToken cancellation)
    {
        var active = await handle.RevisionsAsync(pageSize: 50).FirstOrDefaultAsync(r => r.Number == is_.ActiveRevision, cancellation).ConfigureAwait(false);
        return active?.Definition is { } definition && Posted(definition, is_.Address) == Posted(wanted, is_.Address);
    }

    /// <summary>A definition as the deployment posts it.</summary>
    private static string Posted(JobDefinition definition, DeploymentAddress deployment) =>
        (definition with { DeploymentId = deployment.ToString(), Meta = (definition.Meta ?? new()) with { Trigger = Trigger } }).ToJson();
}
