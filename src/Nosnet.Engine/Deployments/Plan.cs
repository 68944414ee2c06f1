using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>
/// A deployment as the rules see it, with its jobs that have not ended and its tasks, and what they make of it. The rules themselves are
/// functions of a plan: they change nothing else and know nothing else.
/// </summary>
internal sealed class Plan
{
    private readonly Deployment _before;
    private readonly List<DeploymentTask> _tasks;
    private readonly List<Job> _jobs;
    private readonly List<DeploymentTask> _put = [];
    private readonly List<DeploymentTask> _dropped = [];
    private readonly List<(string Type, string Message, Tx? Tx)> _events = [];

    public Plan(Deployment row, IReadOnlyList<Job> jobs, IReadOnlyList<DeploymentTask> tasks, DateTimeOffset now)
    {
        Row = _before = row;
        _jobs = [.. jobs];
        _tasks = [.. tasks];
        Now = now;
    }

    public DateTimeOffset Now { get; }
    public Deployment Row { get; set; }

    /// <summary>Its jobs that have not ended, oldest first.</summary>
    public IReadOnlyList<Job> Jobs => _jobs;

    /// <summary>Those of them that nobody has asked to stop: they count as its replicas.</summary>
    public IEnumerable<Job> Active => Jobs.Where(j => !j.StopRequested);

    public IReadOnlyList<DeploymentTask> Tasks => _tasks;
    public IReadOnlyList<(string Type, string Message, Tx? Tx)> Events => _events;

    public static Plan Of(Draft draft, Deployment row) => new(row, draft.JobsOf(row.Key), draft.TasksOf(row.Key), draft.Now);

    /// <summary>Counts a job that was posted for it.</summary>
    public void Posted(Job job) => _jobs.Add(job);

    /// <summary>Plans a task.</summary>
    public void Add(DeploymentTaskKind kind, DateTimeOffset dueAt, long job = 0, int? limit = null, int revision = 0, long? extendSeconds = null)
    {
        var task = new DeploymentTask
        {
            Key = 0,
            Deployment = Row.Key,
            Kind = kind,
            DueAt = dueAt,
            CreatedAt = Now,
            Job = job,
            Limit = limit,
            Revision = revision,
            ExtendSeconds = extendSeconds,
        };
        _tasks.Add(task);
        _put.Add(task);
    }

    /// <summary>Puts a task in the place of one that was planned before.</summary>
    public void Change(DeploymentTask before, DeploymentTask after)
    {
        _tasks[_tasks.IndexOf(before)] = after;
        _put.Remove(before);
        _put.Add(after);
    }

    public void Change(Func<DeploymentTask, bool> which, Func<DeploymentTask, DeploymentTask> how)
    {
        foreach (var task in _tasks.Where(which).ToList())
            Change(task, how(task));
    }

    public void Drop(Func<DeploymentTask, bool> which)
    {
        foreach (var task in _tasks.Where(which).ToList())
        {
            _tasks.Remove(task);
            _put.Remove(task);
            if (task.Key != 0)
                _dropped.Add(task);
        }
    }

    public void Tell(string type, string message, Tx? tx = null) => _events.Add((type, message, tx));

    /// <summary>Drafts what the rules have made of it.</summary>
    public void Apply(Draft draft)
    {
        if (Row != _before)
            draft.Put(Row);
        foreach (var task in _dropped)
            draft.Remove(task);
        foreach (var task in _put)
            draft.Put(task.Key == 0 ? task with { Key = draft.Next.Deployments.Task } : task);
        foreach (var (type, message, tx) in _events)
            draft.Put(new DeploymentEvent { Key = draft.Next.Deployments.Event, Deployment = Row.Key, Type = type, Message = message, Tx = tx, At = Now });
    }
}
