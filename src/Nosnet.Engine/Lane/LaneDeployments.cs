using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>
/// The deployments of a lane: each is read when first needed, with its tasks and its jobs where these are, and kept from then on. Whatever changes
/// the tasks of one or ends a job of it has read them before, so what is read here was not changed by the group.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="flush">Lets the store know of the group's own changes, before it is asked for what they may be among.</param>
/// <param name="keep">Takes a job that was read, unless it is known.</param>
internal sealed class LaneDeployments(ILaneStore store, Action flush, Action<Job> keep) : IDeploymentRows
{
    private const int MostDeployments = 50_000;

    private readonly Dictionary<long, Deployment> _rows = [];
    private readonly Dictionary<DeploymentAddress, long> _byAddress = [];
    private readonly Dictionary<(long Deployment, int Number), DeploymentRevision> _revisions = [];
    private readonly Dictionary<long, SortedDictionary<long, DeploymentTask>> _tasks = [];
    private readonly Dictionary<long, long> _deploymentOfTask = [];
    private readonly Dictionary<long, SortedSet<long>> _jobs = [];

    public Deployment? Row(long key) => _rows.TryGetValue(key, out var known) ? known : Known(store.ReadDeployment(key));

    public Deployment? Row(DeploymentAddress address) =>
        _byAddress.TryGetValue(address, out var key) ? Row(key) : Known(store.ReadDeployment(address));

    public Deployment? Row(long account, string idempotencyKey)
    {
        flush();
        return store.ReadDeployment(account, idempotencyKey);
    }

    public IReadOnlyList<Deployment> Unsettled()
    {
        flush();
        return store.ReadUnsettledDeployments();
    }

    public long ReplicasOf(long account)
    {
        flush();
        return store.ReadReplicas(account);
    }

    public DeploymentRevision? Revision(long deployment, int number)
    {
        if (_revisions.TryGetValue((deployment, number), out var known))
            return known;
        if (store.ReadRevision(deployment, number) is not { } row)
            return null;
        _revisions.Add((deployment, number), row);
        return row;
    }

    public IEnumerable<DeploymentTask> TasksOf(long deployment)
    {
        if (_tasks.TryGetValue(deployment, out var known))
            return known.Values;
        known = [];
        _tasks.Add(deployment, known);
        foreach (var task in store.ReadTasks(deployment))
            Keep(task);
        return known.Values;
    }

    public IEnumerable<long> JobsOf(long deployment)
    {
        if (_jobs.TryGetValue(deployment, out var known))
            return known;
        known = [];
        _jobs.Add(deployment, known);
        foreach (var job in store.ReadActiveJobs(deployment))
        {
            known.Add(job.Key);
            keep(job);
        }

        return known;
    }

    public IReadOnlyList<Job> CompletedOf(long deployment, int limit)
    {
        flush();
        return store.ReadCompletedJobs(deployment, limit);
    }

    /// <summary>Reads those of a group that are not known, before it changes anything.</summary>
    /// <param name="keys">The deployments.</param>
    /// <param name="isKept">Whether a job is in memory.</param>
    /// <returns>The accounts that were read with them.</returns>
    public IReadOnlyList<Account> Know(IReadOnlyCollection<long> keys, Predicate<long> isKept)
    {
        var unknown = keys.Where(key => !_rows.ContainsKey(key) || !_tasks.ContainsKey(key) || !_jobs.TryGetValue(key, out var jobs) || !jobs.All(isKept.Invoke)).ToList();
        if (unknown.Count == 0)
            return [];
        var read = store.ReadDeployments(unknown);
        foreach (var row in read.Rows)
        {
            _rows[row.Key] = row;
            _byAddress[row.Address] = row.Key;
            _tasks[row.Key] = [];
            _jobs[row.Key] = [];
        }

        foreach (var revision in read.Revisions)
            _revisions[(revision.Deployment, revision.Number)] = revision;
        foreach (var task in read.Tasks)
            Keep(task);
        foreach (var job in read.Jobs)
        {
            _jobs[job.Deployment].Add(job.Key);
            keep(job);
        }

        return read.Accounts;
    }

    /// <summary>Takes over what a command drafted, also among the group's changes.</summary>
    public void Accept(ChangedRows drafted, ChangedRows group)
    {
        foreach (var (key, row) in drafted.Deployments)
        {
            // Whatever is changed was read before; so this one is new, and all that there is of it is here.
            if (_rows.TryAdd(key, row))
            {
                _byAddress.Add(row.Address, key);
                _tasks.TryAdd(key, []);
                _jobs.TryAdd(key, []);
            }

            group.Deployments[key] = _rows[key] = row;
        }

        foreach (var (key, revision) in drafted.Revisions)
            group.Revisions[key] = _revisions[(revision.Deployment, revision.Number)] = revision;
        foreach (var (key, task) in drafted.Tasks)
        {
            group.Tasks[key] = task;
            if (task is not null)
                Keep(task);
            else if (_deploymentOfTask.Remove(key, out var deployment))
                _tasks[deployment].Remove(key);
        }

        foreach (var (key, row) in drafted.Events)
            group.Events[key] = row;
    }

    /// <summary>A job of a deployment has changed.</summary>
    public void Accept(Job job)
    {
        if (!_jobs.TryGetValue(job.Deployment, out var jobs))
            return;
        if (job.IsEnded)
            jobs.Remove(job.Key);
        else
            jobs.Add(job.Key);
    }

    /// <summary>Between groups, not every deployment of a large network is kept.</summary>
    public void Trim()
    {
        if (_rows.Count > MostDeployments)
            Clear();
    }

    public void Clear()
    {
        _rows.Clear();
        _byAddress.Clear();
        _revisions.Clear();
        _tasks.Clear();
        _deploymentOfTask.Clear();
        _jobs.Clear();
    }

    private void Keep(DeploymentTask task)
    {
        if (!_tasks.TryGetValue(task.Deployment, out var tasks))
            return;
        tasks[task.Key] = task;
        _deploymentOfTask[task.Key] = task.Deployment;
    }

    private Deployment? Known(Deployment? row)
    {
        if (row is null)
            return null;
        _rows.Add(row.Key, row);
        _byAddress.Add(row.Address, row.Key);
        return row;
    }
}
