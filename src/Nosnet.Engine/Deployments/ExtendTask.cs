using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>Lets a job of a deployment run longer.</summary>
internal static class ExtendTask
{
    private static readonly TimeSpan LeastLead = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan MostLead = TimeSpan.FromSeconds(300);

    /// <summary>When a job that has started is extended first: a tenth of its time before it is over, and no later than a minute nor earlier than five.</summary>
    public static DateTimeOffset FirstDue(Job job)
    {
        var timeout = TimeSpan.FromSeconds(job.TimeoutSeconds);
        var tenth = timeout / 10;
        return job.StartedAt!.Value + timeout - (tenth < LeastLead ? LeastLead : tenth > MostLead ? MostLead : tenth);
    }

    public static TaskDone Do(Draft draft, Plan plan, DeploymentTask task)
    {
        var job = plan.Active.Single(j => j.Key == task.Job);
        var market = draft.Market(job.Market)!;
        // No job may run for longer than its market lets it: what is left of that is its last extension.
        var seconds = Math.Min(task.ExtendSeconds ?? plan.Row.TimeoutSeconds, market.MaxTimeoutSeconds - job.TimeoutSeconds);
        if (seconds <= 0)
        {
            plan.Tell(DeploymentEventTypes.ExtendRefused,
                $"Job {draft.Addresses.Job(job.Key)} is not extended any more: it has all of the {market.MaxTimeoutSeconds} seconds that the market {market.Slug} allows.");
            Attempts.Succeeded(plan, task);
            plan.Apply(draft);
            return new TaskDone(WasDue: true);
        }

        var held = plan.Jobs.Aggregate(Credits.Zero, static (sum, j) => sum + j.Reserved);
        if (Allowances.Refuse(plan.Row, held, job.PricePerHour, seconds) is { } refusal)
        {
            plan.Tell(DeploymentEventTypes.BudgetReached, refusal.Message);
            Attempts.Succeeded(plan, task);
            plan.Apply(draft);
            return new TaskDone(WasDue: true);
        }

        var outcome = new ExtendJob(new Caller(job.Account), draft.Addresses.Job(job.Key), seconds).Decide(draft);
        if (outcome.IsRefused)
        {
            Attempts.Refused(plan, task, task, DeploymentEventTypes.ExtendRefused, outcome.Refusal);
        }
        else
        {
            plan.Tell(DeploymentEventTypes.Extended, $"Job {draft.Addresses.Job(job.Key)} may run {seconds} seconds longer ({outcome.Value.Tx}).", outcome.Value.Tx);
            Attempts.Succeeded(plan, task);
            // So much later, and not so long before the job's end: then it is always as long before it as it was the first time.
            if (task.ExtendSeconds is null)
                plan.Add(DeploymentTaskKind.Extend, plan.Now.AddSeconds(plan.Row.TimeoutSeconds), job.Key);
            Upkeep.Fill(plan);
        }

        plan.Apply(draft);
        return new TaskDone(WasDue: true, outcome.IsRefused) { Extended = outcome.IsRefused ? 0 : 1 };
    }
}
