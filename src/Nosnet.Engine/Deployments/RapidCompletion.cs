using System.Globalization;
using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>
/// Jobs that are to run for ever and complete at once would be posted and paid for without end: they are replaced later and later, and after
/// some rounds not any more.
/// </summary>
internal static class RapidCompletion
{
    private const int LeastJobs = 3;
    private const int MostStreak = 8;
    private const int MostLooked = 1_000;
    private static readonly TimeSpan Rapid = TimeSpan.FromMinutes(5);

    /// <summary>How many of the jobs that completed last are looked at.</summary>
    public static int Looked(Deployment row) => (int)Math.Min(row.Replicas * (long)LeastJobs, MostLooked);

    /// <summary>Whether a job has completed too soon. One that never started its containers counts from when it was given to its node.</summary>
    public static bool IsRapid(Job job) => job.EndedAt - (job.StartedAt ?? job.AssignedAt) is { } ran && ran < Rapid;

    /// <summary>Whether all that completed since the owner last changed the deployment did so too soon.</summary>
    public static bool IsRapid(Deployment row, IReadOnlyList<Job> completed)
    {
        var recent = completed.Where(j => j.PostedAt >= row.UpdatedAt).Take(Looked(row)).ToList();
        return recent.Count >= LeastJobs && recent.All(IsRapid);
    }

    /// <summary>Plans the replacement for later, or gives up.</summary>
    public static void HoldBack(Plan plan)
    {
        if (plan.Tasks.FirstOrDefault(static t => t.Kind is DeploymentTaskKind.List && t.Job == 0) is { } planned)
        {
            plan.Change(planned, planned with { Limit = planned.Limit + 1 });
            return;
        }

        var streak = plan.Row.RapidStreak + 1;
        if (streak >= MostStreak)
        {
            plan.Tell(DeploymentEventTypes.GivenUp, string.Create(CultureInfo.InvariantCulture,
                $"Its jobs completed within {Rapid.TotalMinutes:0} minutes {streak} rounds in a row, so the deployment is stopped. Start it again once its jobs run for longer."));
            Lifecycle.Stop(plan);
            plan.Row = plan.Row with { RapidStreak = streak };
            return;
        }

        var wait = Cooldowns.AfterRapidCompletion(plan.Row.RapidStreak);
        plan.Add(DeploymentTaskKind.List, plan.Now + wait, limit: 1);
        plan.Row = plan.Row with { RapidStreak = streak, NextRetryAt = plan.Now + wait };
        plan.Tell(DeploymentEventTypes.HeldBack, string.Create(CultureInfo.InvariantCulture,
            $"Its jobs completed within {Rapid.TotalMinutes:0} minutes, so the next is posted {wait.TotalSeconds:0} seconds later (round {streak} of {MostStreak})."));
    }
}
