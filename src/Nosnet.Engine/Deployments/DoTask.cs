using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>A task of a deployment is due: it is done and deleted, or planned anew, and what follows from it is planned, in this one transaction.</summary>
internal sealed record DoTask(long Deployment, long Task) : Command<TaskDone>
{
    internal override long WholeDeployment => Deployment;

    public override Outcome<TaskDone> Decide(Draft draft)
    {
        if (draft.Deployment(Deployment) is not { Deleted: false } row
            || draft.TasksOf(Deployment).FirstOrDefault(t => t.Key == Task) is not { } task
            || task.DueAt > draft.Now)
            return default(TaskDone);
        var plan = Plan.Of(draft, row);
        if (IsObsolete(plan, task))
        {
            plan.Drop(t => t.Key == task.Key);
            plan.Apply(draft);
            return new TaskDone(WasDue: true);
        }

        return task.Kind switch
        {
            DeploymentTaskKind.List => ListTask.Do(draft, plan, task),
            DeploymentTaskKind.Extend => ExtendTask.Do(draft, plan, task),
            _ => StopTask.Do(draft, plan, task),
        };
    }

    /// <summary>Whether what it was planned for is no more.</summary>
    internal static bool IsObsolete(Plan plan, DeploymentTask task)
    {
        if (task.Revision != 0 && task.Revision != plan.Row.ActiveRevision)
            return true;
        if (task.Job != 0 && plan.Active.All(j => j.Key != task.Job))
            return true;
        return task.Kind switch
        {
            // Where some are to be stopped, it may be among them; if it stays, its replacement is planned anew.
            DeploymentTaskKind.List => !Changes.Posts(plan) || (task.Job != 0 && plan.Tasks.Any(static t => t is { Kind: DeploymentTaskKind.Stop, Job: 0, Limit: not null })),
            DeploymentTaskKind.Extend => plan.Row.Status is DeploymentStatus.Stopping or DeploymentStatus.Stopped or DeploymentStatus.Archived,
            _ => (task.Revision != 0 || task.Limit is not null) && !Changes.Posts(plan),
        };
    }
}

/// <summary>What came of <see cref="DoTask"/>; nothing where it was done before, or is not due.</summary>
internal readonly record struct TaskDone(bool WasDue, bool WasRefused = false)
{
    /// <summary>How many jobs it posted.</summary>
    public int Listed { get; init; }

    /// <summary>How many it let run longer.</summary>
    public int Extended { get; init; }

    /// <summary>How many it stopped.</summary>
    public int Stopped { get; init; }
}

/// <summary>What becomes of a task that was tried.</summary>
internal static class Attempts
{
    /// <summary>It was done. Where nothing that was refused is left, its deployment goes on.</summary>
    public static void Succeeded(Plan plan, DeploymentTask task)
    {
        plan.Drop(t => t.Key == task.Key);
        if (plan.Tasks.Any(t => t.Retries > 0 || t.DueAt == plan.Row.NextRetryAt))
            return;
        plan.Row = plan.Row with { NextRetryAt = null };
        if (plan.Row.Status is not DeploymentStatus.InsufficientFunds)
            return;
        plan.Row = plan.Row with { Status = DeploymentStatus.Running };
        // It may have been given fewer replicas while it waited.
        if (plan.Active.Count() > plan.Row.Replicas)
            Changes.Scale(plan, plan.Row.Replicas);
    }

    /// <summary>It was refused: it is tried again, later each time, or given up.</summary>
    public static void Refused(Plan plan, DeploymentTask task, DeploymentTask rest, string type, Refusal refusal)
    {
        plan.Tell(type, refusal.Message);
        if (task.Retries >= Cooldowns.MostRetries)
        {
            plan.Drop(t => t.Key == task.Key);
            plan.Row = plan.Row with { Status = DeploymentStatus.Error, NextRetryAt = null };
            return;
        }

        var isFunds = refusal.Code == ErrorCode.InsufficientCredits;
        var next = plan.Now + (isFunds ? Cooldowns.AfterMissingFunds(task.Retries) : Cooldowns.AfterRefusal(task.Retries));
        plan.Change(t => t.Key == task.Key, _ => rest with { DueAt = next, Retries = task.Retries + 1 });
        plan.Row = plan.Row with
        {
            NextRetryAt = next,
            Status = isFunds && plan.Row.Status is DeploymentStatus.Running ? DeploymentStatus.InsufficientFunds : plan.Row.Status,
        };
    }
}
