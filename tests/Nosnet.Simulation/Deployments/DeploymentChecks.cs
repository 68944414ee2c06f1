using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Simulation;

/// <summary>What has to hold of deployments: whenever something is written, and at every quiet point.</summary>
internal sealed class DeploymentChecks(Tables disk)
{
    private const long LongestLead = 300;

    private readonly Dictionary<long, DeploymentStatus> _statuses = [];
    private readonly Dictionary<long, long> _longestTimeouts = [];
    private long _lastJob;

    /// <summary>The jobs that have not ended.</summary>
    public HashSet<long> Unended { get; } = [];

    /// <summary>Takes in a transaction that is on disk.</summary>
    public void Apply(WrittenRows written)
    {
        foreach (var job in written.Rows.Jobs.Values.OrderBy(j => j.Key))
        {
            if (job.IsEnded)
                Unended.Remove(job.Key);
            else
                Unended.Add(job.Key);
            if (job.Key <= _lastJob)
                continue;
            _lastJob = job.Key;
            var before = _statuses.GetValueOrDefault(job.Deployment);
            var after = written.Rows.Deployments[job.Deployment].Status;
            Violation.Unless(Posts(before) || Posts(after), $"Job {job.Key} was posted for deployment {job.Deployment}, which is {after} and was {before}.");
        }

        foreach (var (key, row) in written.Rows.Deployments)
        {
            _statuses[key] = row.Status;
            _longestTimeouts[key] = Math.Max(_longestTimeouts.GetValueOrDefault(key), row.TimeoutSeconds);
        }
    }

    /// <summary>What holds when nothing is left to do.</summary>
    public void CheckAll(DateTimeOffset now)
    {
        var jobs = disk.Jobs.Values.ToLookup(j => j.Deployment);
        var tasks = disk.Tasks.Values.ToLookup(t => t.Deployment);
        var listed = disk.Events.Values.Where(e => e.Type == DeploymentEventTypes.Listed).CountBy(e => e.Deployment).ToDictionary();
        foreach (var row in disk.Deployments.Values)
            Check(row, [.. jobs[row.Key]], [.. tasks[row.Key]], listed.GetValueOrDefault(row.Key), now);
        foreach (var account in disk.Accounts.Values)
        {
            var held = disk.Jobs.Values.Where(j => j.Account == account.Key).Aggregate(Credits.Zero, (sum, j) => sum + j.Reserved);
            Violation.Unless(account.Reserved == held, $"Account {account.Key} holds {account.Reserved} for jobs that hold {held}.");
        }
    }

    private void Check(Deployment row, IReadOnlyList<Job> jobs, IReadOnlyList<DeploymentTask> tasks, int listed, DateTimeOffset now)
    {
        var unended = jobs.Where(j => !j.IsEnded).ToList();
        Must(row.JobsListed == jobs.Count && listed == jobs.Count, $"it counts {row.JobsListed} jobs, tells of {listed} and has {jobs.Count}");
        var settled = jobs.Aggregate(Credits.Zero, (sum, j) => sum + j.Settled);
        Must(row.Spent == settled, $"it counts {row.Spent} as spent, and its jobs cost {settled}");
        Must(unended.TrueForAll(j => !j.StopRequested), "a job of it is being stopped, and there was time enough");
        Must(tasks.All(t => t.DueAt > now), "a task of it is due");
        Must(tasks.Where(t => t.Job != 0).GroupBy(t => (t.Job, t.Kind)).All(g => g.Count() == 1), "it has two tasks of one kind for one job");
        switch (row.Status)
        {
            case DeploymentStatus.Running when row.Strategy is DeploymentStrategy.Infinite:
                // Those that completed too fast come back later.
                var heldBack = tasks.Where(t => t.Kind is DeploymentTaskKind.List && t.Job == 0).Sum(t => t.Limit ?? 0);
                Must(unended.Count + heldBack == row.Replicas || unended.Count == row.Replicas, $"it has {unended.Count} jobs and {row.Replicas} replicas");
                Must(unended.Where(j => j.StartedAt is not null).All(j => tasks.Count(t => t.Job == j.Key && t.Kind is DeploymentTaskKind.List) == 1), "a job of it has no replacement planned");
                break;
            case DeploymentStatus.Running when row.Strategy is DeploymentStrategy.Scheduled:
                Must(tasks.Count(t => t.Kind is DeploymentTaskKind.List) == 1, "it has not one next time");
                break;
            case DeploymentStatus.Running:
                Must(unended.Count > 0 && unended.Count <= row.Replicas, $"it has {unended.Count} jobs and {row.Replicas} replicas");
                Must(row.Strategy is DeploymentStrategy.Simple || unended.Where(j => j.StartedAt is not null).All(j => tasks.Count(t => t.Job == j.Key) == 1), "a job of it has no extension planned");
                break;
            case DeploymentStatus.Stopped:
                Must(unended.Count == 0 && tasks.Count == 0, $"it has {unended.Count} jobs and {tasks.Count} tasks");
                break;
            default:
                Must(false, "it should be running or stopped by now");
                break;
        }

        // A job that was extended twice would have more time than the longest timeout that there was. One that lost its run has all of its time anew.
        foreach (var job in unended.Where(j => j.Deadline is not null && j.LostRuns == 0))
            Must(job.Deadline <= now.AddSeconds(_longestTimeouts[row.Key] + LongestLead), $"job {job.Key} may run until {job.Deadline:O}");
        Must(unended.TrueForAll(j => j.Revision == row.ActiveRevision || row.Strategy is DeploymentStrategy.Scheduled), "a job of it runs another revision");

        void Must(bool holds, string because) => Violation.Unless(holds, $"Deployment {row.Key}: {because}. {row}; {string.Join(", ", tasks)}");
    }

    private static bool Posts(DeploymentStatus status) => status is DeploymentStatus.Running or DeploymentStatus.InsufficientFunds;
}
