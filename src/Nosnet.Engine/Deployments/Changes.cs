using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>What follows when the owner of a deployment changes it.</summary>
internal static class Changes
{
    /// <summary>
    /// Its jobs of other revisions are stopped, and as many of this one are posted: at once, or where it is to serve for ever, before that. Where it
    /// does not run, it only takes note.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="revision">The revision.</param>
    /// <param name="serves">Whether its jobs have services.</param>
    public static void Activate(Plan plan, int revision, bool serves)
    {
        if (plan.Row.ActiveRevision == revision)
            return;
        plan.Row = plan.Row with { ActiveRevision = revision };
        if (!Posts(plan))
            return;
        if (!serves || plan.Row.Strategy is not DeploymentStrategy.Infinite)
        {
            plan.Add(DeploymentTaskKind.Stop, plan.Now, revision: revision);
            Lifecycle.PlanList(plan, revision: revision);
            return;
        }

        // What was to take the place of its jobs may be of the revision before.
        plan.Drop(static t => t.Job != 0 && t.Revision != 0);
        Replace(plan, [.. plan.Active.Where(j => j.Revision != revision)]);
        Upkeep.Fill(plan);
    }

    public static void Scale(Plan plan, int replicas)
    {
        plan.Row = plan.Row with { Replicas = replicas };
        if (plan.Row.Status is not DeploymentStatus.Running || plan.Row.Strategy is DeploymentStrategy.Scheduled)
            return;
        var active = plan.Active.Count();
        if (active > replicas)
            plan.Add(DeploymentTaskKind.Stop, plan.Now, limit: active - replicas);
        else if (active < replicas)
            plan.Add(DeploymentTaskKind.List, plan.Now, limit: replicas - active);
    }

    /// <summary>What is still to be posted is posted at the next time of the new schedule.</summary>
    public static void Reschedule(Plan plan, Schedule schedule)
    {
        if (plan.Row.Schedule == schedule)
            return;
        plan.Row = plan.Row with { Schedule = schedule };
        if (schedule.NextAfter(plan.Now) is { } next)
            plan.Change(static t => t.Kind is DeploymentTaskKind.List, t => t with { DueAt = next });
    }

    /// <summary>Where jobs are kept alive, those that run get the time that they would have more now, and what is planned for their end comes later.</summary>
    public static void Retime(Plan plan, long seconds)
    {
        plan.Row = plan.Row with { TimeoutSeconds = seconds };
        if (plan.Row.Status is not DeploymentStatus.Running || plan.Row.Strategy is not (DeploymentStrategy.Infinite or DeploymentStrategy.SimpleExtend))
            return;
        foreach (var job in plan.Active.Where(static j => j.State is JobState.Running).ToList())
        {
            var more = seconds - job.TimeoutSeconds - plan.Tasks.Where(t => t.Job == job.Key).Sum(static t => t.ExtendSeconds ?? 0);
            if (more <= 0)
                continue;
            plan.Change(t => t.Job == job.Key && t.Kind is DeploymentTaskKind.List or DeploymentTaskKind.Extend && t.ExtendSeconds is null, t => t with { DueAt = t.DueAt.AddSeconds(more) });
            plan.Add(DeploymentTaskKind.Extend, plan.Now, job.Key, extendSeconds: more);
        }
    }

    /// <param name="plan">The plan.</param>
    /// <param name="market">The market, in its owner's words.</param>
    /// <param name="key">Its key; null where there is no such market.</param>
    /// <param name="serves">Whether its jobs have services.</param>
    public static void Move(Plan plan, string market, long? key, bool serves)
    {
        plan.Row = plan.Row with { Market = market };
        if (plan.Row.Status is not DeploymentStatus.Running)
            return;
        var elsewhere = plan.Active.Where(j => j.Market != key).ToList();
        if (serves && plan.Row.Strategy is DeploymentStrategy.Infinite)
        {
            Replace(plan, elsewhere);
            return;
        }

        foreach (var job in elsewhere)
            plan.Add(DeploymentTaskKind.Stop, plan.Now, job.Key);
        if (elsewhere.Count > 0 && plan.Row.Strategy is DeploymentStrategy.Simple or DeploymentStrategy.SimpleExtend)
            plan.Add(DeploymentTaskKind.List, plan.Now, limit: elsewhere.Count);
    }

    /// <summary>Where it may post again what it could not, it does.</summary>
    public static void Allow(Plan plan, Credits? budget, int? maxJobs)
    {
        plan.Row = plan.Row with { Budget = budget, MaxJobs = maxJobs };
        if (plan.Row.Status is not DeploymentStatus.Running || plan.Tasks.Any(static t => t.Kind is DeploymentTaskKind.List && t.Job == 0))
            return;
        if (plan.Row.Strategy is DeploymentStrategy.Scheduled || plan.Row.Strategy is DeploymentStrategy.Infinite && plan.Active.Count() < plan.Row.Replicas)
            Lifecycle.PlanList(plan);
    }

    /// <summary>Has jobs replaced now: those whose services answer stay until those of their replacements do, the others are stopped.</summary>
    private static void Replace(Plan plan, IReadOnlyList<Job> jobs)
    {
        // Those that are stopped go first, so that what is then missing is posted as such.
        foreach (var job in jobs.Where(static j => j.ReadyAt is null))
            plan.Add(DeploymentTaskKind.Stop, plan.Now, job.Key);
        Lifecycle.PlanList(plan, revision: plan.Row.ActiveRevision);
        foreach (var job in jobs.Where(static j => j.ReadyAt is not null))
            Upkeep.PlanReplacementNow(plan, job);
    }

    /// <summary>Whether it is one that posts jobs, though it may be waiting for funds.</summary>
    public static bool Posts(Plan plan) => plan.Row.Status is DeploymentStatus.Running or DeploymentStatus.InsufficientFunds;
}
