using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>
/// The services of a deployment's job are online, all of them. Said for the first time, one that the job was to replace may be stopped; said after
/// <see cref="ServicesLost"/>, the job stays. The answer is whether it mattered.
/// </summary>
public sealed record ServicesOnline(long Job) : Command<bool>
{
    public override Outcome<bool> Decide(Draft draft)
    {
        if (ServiceReports.Find(draft, Job) is not { } job)
            return false;
        var wasReady = job.ReadyAt is not null;
        if (!wasReady)
            draft.Put(job = job with { ReadyAt = draft.Now });
        var plan = Plan.Of(draft, draft.Deployment(job.Deployment)!);
        Online(plan, job, draft.Addresses.Job(job.Key), wasReady);
        plan.Apply(draft);
        return true;
    }

    internal static void Online(Plan plan, Job job, JobAddress address, bool wasReady)
    {
        bool IsWaiting(DeploymentTask task) => task is { Kind: DeploymentTaskKind.Stop, Limit: null, Revision: 0 } && task.Job == job.Key && task.DueAt > plan.Now;
        if (wasReady && plan.Tasks.Any(IsWaiting))
            plan.Tell(DeploymentEventTypes.ServicesBack, $"The services of job {address} are online again.");
        plan.Drop(IsWaiting);
        Upkeep.Ready(plan, job);
    }
}

/// <summary>
/// The services of a deployment's job that were online are gone. Where its deployment is INFINITE it is stopped and replaced, unless they come back
/// soon. The answer is whether it mattered.
/// </summary>
public sealed record ServicesLost(long Job) : Command<bool>
{
    public override Outcome<bool> Decide(Draft draft)
    {
        if (ServiceReports.Find(draft, Job) is not { ReadyAt: not null } job)
            return false;
        var plan = Plan.Of(draft, draft.Deployment(job.Deployment)!);
        Gone(plan, job, draft.Addresses.Job(job.Key));
        plan.Apply(draft);
        return true;
    }

    internal static void Gone(Plan plan, Job job, JobAddress address)
    {
        if (plan.Row.Strategy is not DeploymentStrategy.Infinite || plan.Row.Status is not DeploymentStatus.Running
            || plan.Tasks.Any(t => t is { Kind: DeploymentTaskKind.Stop, Revision: 0 } && t.Job == job.Key))
            return;
        plan.Add(DeploymentTaskKind.Stop, plan.Now + Upkeep.LostGrace, job.Key);
        plan.Tell(DeploymentEventTypes.ServicesLost, $"The services of job {address} are gone. It is replaced if they are not back within {Upkeep.LostGrace.TotalSeconds:0} seconds.");
    }
}

internal static class ServiceReports
{
    public static Job? Find(Draft draft, long key) =>
        draft.Job(key) is { State: JobState.Running, StopRequested: false, StartedAt: not null, Deployment: not 0 } job
        && draft.Deployment(job.Deployment) is { Deleted: false }
            ? job
            : null;
}
