using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>How a deployment begins and ends.</summary>
internal static class Lifecycle
{
    public static bool MayStart(DeploymentStatus status) =>
        status is DeploymentStatus.Draft or DeploymentStatus.Stopped or DeploymentStatus.Error or DeploymentStatus.InsufficientFunds;

    public static bool MayStop(DeploymentStatus status) =>
        status is DeploymentStatus.Running or DeploymentStatus.Error or DeploymentStatus.InsufficientFunds;

    /// <summary>Plans its first jobs. One that is scheduled runs too while its first time is still to come.</summary>
    public static void Start(Plan plan)
    {
        plan.Row = plan.Row with { Status = DeploymentStatus.Running, RapidStreak = 0, NextRetryAt = null };
        // What was refused before is not tried beside what is planned now.
        plan.Drop(static t => t.Kind is DeploymentTaskKind.List && t.Job == 0);
        PlanList(plan);
    }

    /// <summary>Plans the jobs that its strategy wants: now, or at the next time of its schedule.</summary>
    public static void PlanList(Plan plan, int? limit = null, int revision = 0)
    {
        if (plan.Row.Strategy is not DeploymentStrategy.Scheduled)
            plan.Add(DeploymentTaskKind.List, plan.Now, limit: limit, revision: revision);
        else if (plan.Row.Schedule!.NextAfter(plan.Now) is { } next)
            plan.Add(DeploymentTaskKind.List, next, revision: revision);
    }

    public static void Stop(Plan plan)
    {
        plan.Row = plan.Row with { Status = DeploymentStatus.Stopping, NextRetryAt = null };
        plan.Add(DeploymentTaskKind.Stop, plan.Now);
    }

    /// <summary>Whether a job that has ended was the last, so that the deployment stops. <paramref name="plan"/> does not count it any more.</summary>
    public static void StopIfDone(Plan plan)
    {
        if (plan.Jobs.Count > 0 || plan.Row.Status is DeploymentStatus.Error or DeploymentStatus.InsufficientFunds or DeploymentStatus.Archived or DeploymentStatus.Stopped)
            return;
        var isListing = plan.Tasks.Any(static t => t.Kind is DeploymentTaskKind.List);
        var isDone = plan.Row.Status is DeploymentStatus.Stopping || (!isListing && plan.Row.Status is DeploymentStatus.Running && EndsByItself(plan));
        if (!isDone)
            return;
        plan.Drop(static _ => true);
        plan.Row = plan.Row with { Status = DeploymentStatus.Stopped, RapidStreak = 0, NextRetryAt = null };
    }

    /// <summary>One of the simple strategies has done what it was for; the others have only where they may post no more.</summary>
    private static bool EndsByItself(Plan plan) => plan.Row.Strategy switch
    {
        DeploymentStrategy.Infinite => plan.Row.Replicas > 0,
        _ => true,
    };
}
