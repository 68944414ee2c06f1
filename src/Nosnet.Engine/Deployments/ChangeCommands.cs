using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>Gives a deployment a new revision, numbered after its highest, and makes it the active one.</summary>
public sealed record AddRevision(Caller Caller, DeploymentAddress Deployment, RevisionContent Content) : DeploymentCommand(Caller, Deployment)
{
    private protected override Refusal? Refuse(Draft draft, Deployment row) =>
        DeploymentRefusals.Archived(row) ?? DeploymentRefusals.Revisions(row) ?? DeploymentRefusals.Startup(row.Strategy, row.StartupSeconds, Content.Exposes);

    private protected override void Change(Draft draft, Plan plan)
    {
        var number = plan.Row.LastRevision + 1;
        var serves = draft.Serves(plan.Row);
        draft.Put(RevisionOf(draft, plan.Row.Key, number, Content));
        plan.Row = plan.Row with { LastRevision = number };
        Changes.Activate(plan, number, serves);
    }

    internal static DeploymentRevision RevisionOf(Draft draft, long deployment, int number, RevisionContent content) => new()
    {
        Key = draft.Next.Deployments.Revision,
        Deployment = deployment,
        Number = number,
        Definition = content.Definition,
        Sealed = content.Sealed,
        Requirements = content.Requirements,
        Exposes = content.Exposes,
        CreatedAt = draft.Now,
    };
}

/// <summary>Has a deployment run one of its revisions: its jobs of others are stopped, and new ones posted; first those, where it has services.</summary>
public sealed record ActivateRevision(Caller Caller, DeploymentAddress Deployment, int Revision) : DeploymentCommand(Caller, Deployment)
{
    private protected override Refusal? Refuse(Draft draft, Deployment row) => DeploymentRefusals.Archived(row)
        ?? (draft.Revision(row.Key, Revision) is not { } revision
            ? new Refusal(ErrorCode.RevisionNotFound, $"Deployment {row.Address} has no revision {Revision}: it has 1 to {row.LastRevision}.")
            : DeploymentRefusals.Startup(row.Strategy, row.StartupSeconds, revision.Exposes));

    private protected override void Change(Draft draft, Plan plan) => Changes.Activate(plan, Revision, draft.Serves(plan.Row));
}

/// <summary>Changes how many jobs a deployment keeps.</summary>
public sealed record ScaleDeployment(Caller Caller, DeploymentAddress Deployment, int Replicas) : DeploymentCommand(Caller, Deployment)
{
    private protected override Refusal? Refuse(Draft draft, Deployment row) =>
        DeploymentRefusals.Archived(row) ?? DeploymentRefusals.Replicas(draft, row.Account, Replicas, row.Replicas);

    private protected override void Change(Draft draft, Plan plan) => Changes.Scale(plan, Replicas);
}

/// <summary>Renames a deployment, also one that is archived.</summary>
public sealed record RenameDeployment(Caller Caller, DeploymentAddress Deployment, string Name) : DeploymentCommand(Caller, Deployment)
{
    private protected override bool MaySpend => false;

    private protected override Refusal? Refuse(Draft draft, Deployment row) => null;
    private protected override void Change(Draft draft, Plan plan) => plan.Row = plan.Row with { Name = Name };
}

/// <summary>Changes when a SCHEDULED deployment posts its jobs.</summary>
public sealed record RescheduleDeployment(Caller Caller, DeploymentAddress Deployment, string Cron, string? TimeZone) : DeploymentCommand(Caller, Deployment)
{
    private protected override Refusal? Refuse(Draft draft, Deployment row) => DeploymentRefusals.Archived(row)
        ?? (row.Strategy is not DeploymentStrategy.Scheduled
            ? new Refusal(ErrorCode.InvalidParameter, $"Deployment {row.Address} has no schedule: only SCHEDULED ones have.")
            : Schedule.TryParse(Cron, TimeZone, draft.Now, out _, out var refusal) ? null : refusal);

    private protected override void Change(Draft draft, Plan plan) => Changes.Reschedule(plan, new Schedule(Cron, TimeZone));
}

/// <summary>Changes how long each job of a deployment may run. Where its jobs are kept alive and it is longer, those that run are extended.</summary>
public sealed record RetimeDeployment(Caller Caller, DeploymentAddress Deployment, long TimeoutSeconds) : DeploymentCommand(Caller, Deployment)
{
    private protected override Refusal? Refuse(Draft draft, Deployment row)
    {
        if ((DeploymentRefusals.Archived(row) ?? DeploymentRefusals.Timeout(row.Strategy, TimeoutSeconds)) is { } refusal)
            return refusal;
        return row.Strategy is DeploymentStrategy.Infinite && row.RotationSeconds >= TimeoutSeconds - DeploymentLimits.LeastBeforeRotationSeconds
            ? new Refusal(ErrorCode.InvalidTimeout,
                $"A timeout of {TimeoutSeconds / 60} minutes is too short: replacements are posted {row.RotationSeconds / 60} minutes before it is over, and a job has to run for {DeploymentLimits.LeastBeforeRotationSeconds / 60} before that.")
            : null;
    }

    private protected override void Change(Draft draft, Plan plan) => Changes.Retime(plan, TimeoutSeconds);
}

/// <summary>Has a deployment post its jobs in another market. Those in others are stopped; where they are kept or wanted, new ones are posted.</summary>
public sealed record MoveDeployment(Caller Caller, DeploymentAddress Deployment, string Market) : DeploymentCommand(Caller, Deployment)
{
    private protected override void Change(Draft draft, Plan plan) => Changes.Move(plan, Market.Trim(), ListTask.MarketOf(draft, Market.Trim())?.Key, draft.Serves(plan.Row));
}

/// <summary>Changes how long the services of a deployment's jobs may take to come online; 0: as long as they like.</summary>
public sealed record SetStartupTimeout(Caller Caller, DeploymentAddress Deployment, long Seconds) : DeploymentCommand(Caller, Deployment)
{
    private protected override Refusal? Refuse(Draft draft, Deployment row) => DeploymentRefusals.Archived(row)
        ?? DeploymentRefusals.Startup(row.Strategy, Seconds, draft.Revision(row.Key, row.ActiveRevision)!.Exposes);

    private protected override void Change(Draft draft, Plan plan) => plan.Row = plan.Row with { StartupSeconds = Seconds };
}

/// <summary>Changes what a deployment's jobs may cost together and how many there may be; null: no bound. What was spent and posted before counts.</summary>
public sealed record SetAllowance(Caller Caller, DeploymentAddress Deployment, Credits? Budget, int? MaxJobs) : DeploymentCommand(Caller, Deployment)
{
    private protected override Refusal? Refuse(Draft draft, Deployment row) => DeploymentRefusals.Archived(row) ?? DeploymentRefusals.Allowance(Budget, MaxJobs);

    private protected override void Change(Draft draft, Plan plan) => Changes.Allow(plan, Budget, MaxJobs);
}
