using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>
/// Starts a deployment: plans its first jobs. It runs from then on, but the answer says that it is starting, which is what clients wait for.
/// </summary>
public sealed record StartDeployment(Caller Caller, DeploymentAddress Deployment) : DeploymentCommand(Caller, Deployment)
{
    private protected override Refusal? Refuse(Draft draft, Deployment row) => Lifecycle.MayStart(row.Status)
        ? null
        : DeploymentRefusals.State(row, "started", DeploymentStatus.Draft, DeploymentStatus.Stopped, DeploymentStatus.Error, DeploymentStatus.InsufficientFunds);

    private protected override void Change(Draft draft, Plan plan) => Lifecycle.Start(plan);

    private protected override Deployment Answer(Deployment row) => row with { Status = DeploymentStatus.Starting };
}

/// <summary>Stops a deployment: all of its jobs are stopped, and then it is.</summary>
public sealed record StopDeployment(Caller Caller, DeploymentAddress Deployment) : DeploymentCommand(Caller, Deployment)
{
    private protected override bool MaySpend => false;

    private protected override Refusal? Refuse(Draft draft, Deployment row) => Lifecycle.MayStop(row.Status)
        ? null
        : DeploymentRefusals.State(row, "stopped", DeploymentStatus.Running, DeploymentStatus.Error, DeploymentStatus.InsufficientFunds);

    private protected override void Change(Draft draft, Plan plan) => Lifecycle.Stop(plan);
}

/// <summary>Puts a deployment away for good: it can be read and renamed, and nothing else.</summary>
public sealed record ArchiveDeployment(Caller Caller, DeploymentAddress Deployment) : DeploymentCommand(Caller, Deployment)
{
    private protected override bool MaySpend => false;

    private protected override Refusal? Refuse(Draft draft, Deployment row) =>
        row.Status is DeploymentStatus.Stopped ? null : DeploymentRefusals.State(row, "archived", DeploymentStatus.Stopped);

    private protected override void Change(Draft draft, Plan plan) => plan.Row = plan.Row with { Status = DeploymentStatus.Archived };
}

/// <summary>Deletes a deployment with its revisions, tasks and events. Its jobs stay in the account's history, as what was paid for does.</summary>
public sealed record DeleteDeployment(Caller Caller, DeploymentAddress Deployment) : DeploymentCommand(Caller, Deployment)
{
    private protected override bool MaySpend => false;

    private protected override Refusal? Refuse(Draft draft, Deployment row) =>
        row.Status is DeploymentStatus.Draft or DeploymentStatus.Stopped ? null : DeploymentRefusals.State(row, "deleted", DeploymentStatus.Draft, DeploymentStatus.Stopped);

    private protected override void Change(Draft draft, Plan plan)
    {
        plan.Drop(static _ => true);
        plan.Row = plan.Row with { Deleted = true };
    }
}
