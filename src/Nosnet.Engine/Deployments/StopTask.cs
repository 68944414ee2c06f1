using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>Stops jobs of a deployment.</summary>
internal static class StopTask
{
    /// <summary>The jobs that it is to stop.</summary>
    public static IReadOnlyList<Job> Targets(Plan plan, DeploymentTask task)
    {
        var excess = Math.Max(0, plan.Active.Count() - plan.Row.Replicas);
        if (task.Job != 0)
            return (task.Limit is not null && excess == 0) || (task.Revision != 0 && !IsWaitedFor(plan)) ? [] : [.. plan.Active.Where(j => j.Key == task.Job)];
        if (task.Limit is { } limit)
            return [.. plan.Active.OrderBy(j => j.State).ThenBy(j => j.ReadyAt is not null).ThenBy(j => j.Key).Take(Math.Min(limit, excess))];
        return [.. plan.Active.Where(j => task.Revision == 0 || j.Revision != task.Revision)];
    }

    public static TaskDone Do(Draft draft, Plan plan, DeploymentTask task)
    {
        var targets = Targets(plan, task);
        plan.Drop(t => t.Key == task.Key);
        if (task is { Job: 0, Limit: null })
            plan.Drop(t => t.Kind is not DeploymentTaskKind.Stop && (task.Revision == 0 || t.Revision != task.Revision));
        if (task is { Job: not 0, Limit: null } && task.DueAt > task.CreatedAt && targets is [{ ReadyAt: null }])
            plan.Tell(DeploymentEventTypes.StartupTimedOut, $"The services of job {draft.Addresses.Job(task.Job)} are not online in time, so it is stopped.");
        // What ends now tells the deployment by itself, so that has to be as it stands.
        plan.Apply(draft);

        var key = plan.Row.Key;
        var stopped = new List<StoppedJob>();
        foreach (var job in targets)
            stopped.Add(new StopJob(new Caller(job.Account), draft.Addresses.Job(job.Key)).Decide(draft).Value!);

        plan = Plan.Of(draft, draft.Deployment(key)!);
        foreach (var job in stopped)
            plan.Tell(DeploymentEventTypes.Stopped, $"Job {draft.Addresses.Job(job.Job.Key)} is stopped.", job.Tx);
        Lifecycle.StopIfDone(plan);
        plan.Apply(draft);
        return new TaskDone(WasDue: true) { Stopped = stopped.Count };
    }

    /// <summary>Whether a job that is to take another's place has no node.</summary>
    private static bool IsWaitedFor(Plan plan) => plan.Active.Any(j => j.State is JobState.Queued && j.Revision == plan.Row.ActiveRevision);
}
