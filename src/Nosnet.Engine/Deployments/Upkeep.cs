using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>What a deployment does as its jobs start, come online, are lost and end: called within the transaction in which they do.</summary>
internal static class Upkeep
{
    /// <summary>How long the services of a job may be gone before it is replaced.</summary>
    public static readonly TimeSpan LostGrace = TimeSpan.FromSeconds(60);

    /// <summary>How long the replacement of a job that is not wanted any more may wait for a node before that job makes room for it.</summary>
    public static readonly TimeSpan MostWait = TimeSpan.FromSeconds(60);

    /// <summary>A job's containers start.</summary>
    public static void Started(Draft draft, Job job)
    {
        if (Find(draft, job) is not { } plan)
            return;
        var exposes = draft.Revision(job.Deployment, job.Revision)?.Exposes is true;
        if (!exposes)
            draft.Put(job = job with { ReadyAt = draft.Now });
        plan = Plan.Of(draft, plan.Row);
        Started(plan, job, exposes);
        if (!exposes)
            Ready(plan, job);
        plan.Apply(draft);
    }

    /// <summary>Plans what comes before the end of a job that has started.</summary>
    public static void Started(Plan plan, Job job, bool exposes)
    {
        if (plan.Row.Strategy is DeploymentStrategy.SimpleExtend && !plan.Tasks.Any(t => t.Kind is DeploymentTaskKind.Extend && t.Job == job.Key && t.ExtendSeconds is null))
            plan.Add(DeploymentTaskKind.Extend, ExtendTask.FirstDue(job), job.Key);
        if (plan.Row.Strategy is not DeploymentStrategy.Infinite || !Changes.Posts(plan))
            return;
        PlanReplacement(plan, job);
        if (exposes && plan.Row.StartupSeconds > 0)
            plan.Add(DeploymentTaskKind.Stop, plan.Now.AddSeconds(plan.Row.StartupSeconds), job.Key);
    }

    /// <summary>A job can do its work, so one that it was to replace may go: the one that could longest.</summary>
    public static void Ready(Plan plan, Job job)
    {
        if (plan.Row.Strategy is not DeploymentStrategy.Infinite || plan.Row.Status is not DeploymentStatus.Running || job.Revision != plan.Row.ActiveRevision)
            return;
        var going = plan.Tasks.Where(static t => t.Kind is DeploymentTaskKind.Stop && t.Limit is not null && t.Job != 0).Select(static t => t.Job).ToHashSet();
        var staying = plan.Active.Where(j => j.ReadyAt is not null && !going.Contains(j.Key)).ToList();
        foreach (var old in staying.Where(j => j.Key != job.Key).Take(Math.Max(0, staying.Count - plan.Row.Replicas)))
            plan.Add(DeploymentTaskKind.Stop, plan.Now, old.Key, limit: 1);
        Fill(plan);
    }

    /// <summary>A job lost its run and waits for another node: what was planned for its end is not yet.</summary>
    public static void Lost(Draft draft, Job job)
    {
        if (Find(draft, job) is not { } plan)
            return;
        plan.Drop(t => t.Job == job.Key);
        plan.Apply(draft);
    }

    /// <summary>A job has ended.</summary>
    public static void Ended(Draft draft, Job job)
    {
        if (Find(draft, job) is not { } plan)
            return;
        // One that ran for long is the last of those that completed, so they were not all short.
        var recent = plan.Row.Strategy is DeploymentStrategy.Infinite && !(job.State is JobState.Completed && !RapidCompletion.IsRapid(job))
            ? draft.CompletedOf(job.Deployment, RapidCompletion.Looked(plan.Row))
            : [];
        Ended(plan, job, recent);
        plan.Apply(draft);
    }

    /// <summary>Counts what a job cost, and replaces it where its deployment keeps its jobs for ever.</summary>
    /// <param name="plan">The plan, which does not count it any more.</param>
    /// <param name="job">The job.</param>
    /// <param name="completed">The deployment's jobs that completed, those that ended last first.</param>
    public static void Ended(Plan plan, Job job, IReadOnlyList<Job> completed)
    {
        plan.Row = plan.Row with { Spent = plan.Row.Spent + job.Settled };
        plan.Drop(t => t.Job == job.Key);
        if (plan.Row.Strategy is DeploymentStrategy.Infinite && plan.Row.Status is DeploymentStatus.Running)
        {
            if (RapidCompletion.IsRapid(plan.Row, completed))
                RapidCompletion.HoldBack(plan);
            else
                Replace(plan);
        }
        else if (plan.Row.Strategy is DeploymentStrategy.Infinite && plan.Row.Status is DeploymentStatus.InsufficientFunds && plan.Tasks.All(static t => t.Retries == 0))
        {
            // What waited for funds is gone with the job: something has to, or it would wait for ever.
            Lifecycle.PlanList(plan);
        }

        Lifecycle.StopIfDone(plan);
    }

    /// <summary>Plans what is missing and not planned: jobs, as after funds were, and the replacement of jobs whose last one took another's place or ended.</summary>
    public static void Fill(Plan plan)
    {
        if (plan.Row.Strategy is not DeploymentStrategy.Infinite || plan.Row.Status is not DeploymentStatus.Running)
            return;
        var active = plan.Active.ToList();
        if (active.Count < plan.Row.Replicas && !plan.Tasks.Any(static t => t.Kind is DeploymentTaskKind.List && t.Job == 0))
            Lifecycle.PlanList(plan);
        // One that is not ready may be a replacement on its way.
        if (active.Count > plan.Row.Replicas || active.Exists(static j => j.ReadyAt is null))
            return;
        foreach (var job in active.Where(j => !plan.Tasks.Any(t => t.Job == j.Key && t is { Kind: DeploymentTaskKind.List } or { Kind: DeploymentTaskKind.Stop, Revision: 0 })))
        {
            if (job.Revision == plan.Row.ActiveRevision)
                PlanReplacement(plan, job);
            else
                PlanReplacementNow(plan, job);
        }
    }

    /// <summary>Plans the replacement of a job that is not wanted any more, and its end where there is no node for both.</summary>
    public static void PlanReplacementNow(Plan plan, Job job)
    {
        plan.Drop(t => t.Job == job.Key && t is { Kind: DeploymentTaskKind.List } or { Kind: DeploymentTaskKind.Stop, Revision: not 0 });
        plan.Add(DeploymentTaskKind.List, plan.Now, job.Key, limit: 1, revision: plan.Row.ActiveRevision);
        plan.Add(DeploymentTaskKind.Stop, plan.Now + MostWait, job.Key, revision: plan.Row.ActiveRevision);
    }

    private static void PlanReplacement(Plan plan, Job job)
    {
        var due = job.Deadline!.Value.AddSeconds(-plan.Row.RotationSeconds);
        plan.Add(DeploymentTaskKind.List, due < plan.Now ? plan.Now : due, job.Key, limit: 1);
    }

    private static void Replace(Plan plan)
    {
        plan.Row = plan.Row with { RapidStreak = 0, NextRetryAt = plan.Tasks.Any(static t => t.Retries > 0) ? plan.Row.NextRetryAt : null };
        if (plan.Active.Count() >= plan.Row.Replicas)
            Fill(plan);
        else if (plan.Tasks.FirstOrDefault(static t => t.Kind is DeploymentTaskKind.List && t.Job == 0) is not { } planned)
            plan.Add(DeploymentTaskKind.List, plan.Now, limit: 1);
        else if (planned.Retries > 0)
            plan.Change(planned, planned with { Limit = planned.Limit + 1 });
        else
            plan.Change(planned, planned with { Limit = planned.Limit + 1, DueAt = planned.DueAt < plan.Now ? planned.DueAt : plan.Now });
    }

    private static Plan? Find(Draft draft, Job job) =>
        draft.Deployment(job.Deployment) is { Deleted: false } row ? Plan.Of(draft, row) : null;
}
