using System.Globalization;
using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>Posts jobs of a deployment.</summary>
internal static class ListTask
{
    /// <summary>How many are posted in one transaction: those of others shall not wait for long.</summary>
    public const int MostAtOnce = 250;

    /// <summary>How many jobs it is to post.</summary>
    public static int Target(Plan plan, DeploymentTask task)
    {
        // The replacement of a job is posted while that one still runs.
        if (task.Job != 0)
            return 1;
        if (plan.Row.Strategy is DeploymentStrategy.Scheduled)
            return task.Limit ?? plan.Row.Replicas;
        var missing = Math.Max(0, plan.Row.Replicas - plan.Active.Count());
        return task.Limit is { } limit ? Math.Min(limit, missing) : missing;
    }

    public static TaskDone Do(Draft draft, Plan plan, DeploymentTask task)
    {
        var target = Target(plan, task);
        var revision = draft.Revision(plan.Row.Key, plan.Row.ActiveRevision)!;
        var held = plan.Jobs.Aggregate(Credits.Zero, static (sum, job) => sum + job.Reserved);
        var listed = 0;
        for (; listed < Math.Min(target, MostAtOnce); listed++)
        {
            if (plan.Row.JobsListed >= plan.Row.MaxJobs)
            {
                End(plan, task, DeploymentEventTypes.MaxJobsReached, string.Create(CultureInfo.InvariantCulture,
                    $"No more jobs are posted: there were {plan.Row.JobsListed}, and {plan.Row.MaxJobs} is the most that this deployment may post."));
                plan.Apply(draft);
                return new TaskDone(WasDue: true) { Listed = listed };
            }

            var outcome = Post(draft, plan.Row, revision, held);
            if (outcome.IsRefused)
            {
                var isOver = outcome.Refusal.Code == ErrorCode.BudgetReached;
                if (isOver)
                    End(plan, task, DeploymentEventTypes.BudgetReached, outcome.Refusal.Message);
                else
                    Attempts.Refused(plan, task, Rest(plan, task, target - listed), DeploymentEventTypes.ListRefused, outcome.Refusal);
                plan.Apply(draft);
                return new TaskDone(WasDue: true, WasRefused: !isOver) { Listed = listed };
            }

            var posted = outcome.Value;
            held += posted.Reserved;
            plan.Posted(posted.Job);
            plan.Row = plan.Row with { JobsListed = plan.Row.JobsListed + 1 };
            plan.Tell(DeploymentEventTypes.Listed, $"Job {draft.Addresses.Job(posted.Job.Key)} is posted.", posted.Tx);
        }

        if (target > listed)
            plan.Change(t => t.Key == task.Key, _ => Rest(plan, task, target - listed));
        else
            Succeeded(plan, task);
        plan.Apply(draft);
        return new TaskDone(WasDue: true) { Listed = listed };
    }

    /// <summary>The market that an owner means: by its address or its short name.</summary>
    public static Market? MarketOf(Draft draft, string market) =>
        draft.Markets.FirstOrDefault(m => string.Equals(m.Slug, market, StringComparison.OrdinalIgnoreCase))
        ?? (MarketAddress.TryParse(market, out var address) ? draft.Market(address) : null);

    private static Outcome<PostedJob> Post(Draft draft, Deployment row, DeploymentRevision revision, Credits held)
    {
        if (MarketOf(draft, row.Market) is not { } market)
            return new Refusal(ErrorCode.UnknownMarket, $"There is no market '{(row.Market.Length > 60 ? row.Market[..60] + "…" : row.Market)}'. GET /api/markets lists those of this network.");
        if (Allowances.Refuse(row, held, market.PricePerHour, row.TimeoutSeconds) is { } refusal)
            return refusal;
        return new PostJob(row.Account, market.Address, revision.Definition, row.TimeoutSeconds, Node: null)
        {
            Requirements = revision.Requirements,
            Deployment = row.Key,
            Revision = revision.Number,
            Budget = row.KeyBudget,
        }.Decide(draft);
    }

    private static DeploymentTask Rest(Plan plan, DeploymentTask task, int left) =>
        task.Job != 0 || (task.Limit is null && plan.Row.Strategy is not DeploymentStrategy.Scheduled) ? task : task with { Limit = left };

    private static void Succeeded(Plan plan, DeploymentTask task)
    {
        Attempts.Succeeded(plan, task);
        if (plan.Row.Strategy is DeploymentStrategy.Scheduled)
            Lifecycle.PlanList(plan);
        Upkeep.Fill(plan);
        Lifecycle.StopIfDone(plan);
    }

    /// <summary>It may post no more: what there is runs to its end.</summary>
    private static void End(Plan plan, DeploymentTask task, string type, string message)
    {
        plan.Tell(type, message);
        Attempts.Succeeded(plan, task);
        Lifecycle.StopIfDone(plan);
    }
}
