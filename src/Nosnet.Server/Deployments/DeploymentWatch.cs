using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>
/// Watches one deployment: tells where it, its jobs, its tasks and its endpoints stand, and from then on what has changed. What has changed is found by
/// looking again, at every change that is heard of; every second at its endpoints, which change unheard but are known without the store. Events have
/// ids, so that whoever comes back misses none; the rest is told anew.
/// </summary>
/// <param name="engine">The engine.</param>
/// <param name="views">How things are shown.</param>
/// <param name="names">The addresses of nodes.</param>
/// <param name="time">The clock.</param>
/// <param name="deployment">The deployment's key.</param>
/// <param name="after">The key of the last event that the reader has; null: those that happen from now on are told.</param>
internal sealed class DeploymentWatch(NetworkEngine engine, DeploymentViews views, Names names, TimeProvider time, long deployment, long? after)
{
    private static readonly TimeSpan LookPeriod = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BeatPeriod = TimeSpan.FromSeconds(25);

    // Each look is at all that it has, so that many changes in a row are looked at together.
    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(100);

    private const int MostEventsAtOnce = 1_000;

    private readonly Dictionary<string, StreamFrame> _told = [];
    private readonly Dictionary<long, JobState> _jobs = [];
    private readonly HashSet<long> _tasks = [];
    private long? _lastEvent = after;
    private bool _hasMoreEvents;

    /// <summary>Tells until the deployment is gone.</summary>
    public async Task RunAsync(Func<IReadOnlyList<(StreamFrame Frame, string? Id)>, Task> tell, Func<Task> beat, CancellationToken cancellation)
    {
        using var subscription = engine.DeploymentChanges.Subscribe(deployment);
        var changed = subscription.WaitAsync(cancellation);
        var heard = time.GetTimestamp();
        Deployment? row = null;
        while (true)
        {
            var frames = new List<(StreamFrame Frame, string? Id)>();
            if (row is null || changed.IsCompleted)
            {
                if (changed.IsCompleted)
                {
                    await changed;
                    changed = subscription.WaitAsync(cancellation);
                }

                row = await LookAsync(frames, cancellation);
                if (row is null)
                    return;
            }
            else if (_hasMoreEvents)
            {
                await AddEventsAsync(frames, cancellation);
            }

            await AddEndpointsAsync(frames, row, cancellation);
            if (frames.Count > 0)
                await tell(frames);
            else if (time.GetElapsedTime(heard) >= BeatPeriod)
                await beat();
            if (frames.Count > 0 || time.GetElapsedTime(heard) >= BeatPeriod)
                heard = time.GetTimestamp();
            if (!_hasMoreEvents)
                await WaitAsync(changed, cancellation);
        }
    }

    private async Task WaitAsync(Task changed, CancellationToken cancellation)
    {
        await Task.Delay(LeastPause, time, cancellation);
        using var tick = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(changed, Task.Delay(LookPeriod, time, tick.Token));
        await tick.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>Adds what is new since the last look, and gives the deployment; null where it is gone.</summary>
    private async ValueTask<Deployment?> LookAsync(List<(StreamFrame Frame, string? Id)> frames, CancellationToken cancellation)
    {
        // First, so that none falls between it and what is told of the rest.
        _lastEvent ??= await NewestEventAsync(cancellation);
        if (await engine.Read.DeploymentAsync(deployment, cancellation) is not { } row)
            return null;
        // With the id from which to go on where no event follows.
        Tell(frames, "deployment", new DeploymentFrame { Status = row.Status, Replicas = row.Replicas, ActiveRevision = row.ActiveRevision }, Id(_lastEvent.Value));
        await AddJobsAsync(frames, cancellation);
        await AddTasksAsync(frames, cancellation);
        await AddEventsAsync(frames, cancellation);
        return row;
    }

    private async ValueTask AddEndpointsAsync(List<(StreamFrame Frame, string? Id)> frames, Deployment row, CancellationToken cancellation)
    {
        foreach (var endpoint in await views.EndpointsAsync(row, row.ActiveRevision, cancellation))
        {
            // As text, since two JSON values are never the same.
            if (_told.TryGetValue($"endpoint {endpoint.OpId} {endpoint.Port}", out var told) && ((DeploymentEndpointFrame)told).Status == endpoint.Status)
                continue;
            Tell(frames, $"endpoint {endpoint.OpId} {endpoint.Port}", new DeploymentEndpointFrame { OpId = endpoint.OpId, Port = endpoint.Port, Url = endpoint.Url, Status = endpoint.Status });
        }
    }

    private async ValueTask AddJobsAsync(List<(StreamFrame Frame, string? Id)> frames, CancellationToken cancellation)
    {
        var active = (await engine.Read.ActiveJobsAsync(deployment, cancellation)).ToDictionary(j => j.Key);
        foreach (var key in _jobs.Keys.Where(k => !active.ContainsKey(k)).ToList())
        {
            // Its end is the last that is told of a job.
            if (await engine.Read.JobAsync(key, cancellation) is { } ended)
                Tell(frames, $"job {key}", await FrameAsync(ended, cancellation));
            _jobs.Remove(key);
            _told.Remove($"job {key}");
        }

        foreach (var job in active.Values.OrderBy(j => j.Key))
        {
            _jobs[job.Key] = job.State;
            Tell(frames, $"job {job.Key}", await FrameAsync(job, cancellation));
        }
    }

    private async ValueTask AddTasksAsync(List<(StreamFrame Frame, string? Id)> frames, CancellationToken cancellation)
    {
        var tasks = (await engine.Read.TasksAsync(deployment, new DeploymentTaskFilter(), new Stretch(null, IsDescending: false, int.MaxValue, IsCounted: false), cancellation)).Rows;
        foreach (var gone in _tasks.Except(tasks.Select(t => t.Key)).ToList())
        {
            _tasks.Remove(gone);
            _told.Remove($"task {gone}", out var before);
            if (before is DeploymentTaskFrame { Id: var id, Task: var kind })
                frames.Add((new DeploymentTaskFrame { Id = id, Task = kind, Status = "DONE" }, null));
        }

        foreach (var task in tasks.OrderBy(t => t.DueAt))
        {
            _tasks.Add(task.Key);
            Tell(frames, $"task {task.Key}", new DeploymentTaskFrame
            {
                Id = Id(task.Key),
                Task = task.Kind,
                Status = "PENDING",
                Attempts = task.Retries,
                DueAt = task.DueAt,
                Job = task.Job == 0 ? null : engine.Addresses.Job(task.Job),
            });
        }
    }

    private async ValueTask AddEventsAsync(List<(StreamFrame Frame, string? Id)> frames, CancellationToken cancellation)
    {
        var stretch = new Stretch(_lastEvent, IsDescending: false, MostEventsAtOnce, IsCounted: false);
        var steps = (await engine.Read.EventsAsync(deployment, new DeploymentEventFilter(), stretch, cancellation)).Rows;
        _hasMoreEvents = steps.Count == MostEventsAtOnce;
        foreach (var step in steps)
        {
            _lastEvent = step.Key;
            frames.Add((new DeploymentEventFrame { Category = step.Category, Event = step.Type, Message = step.Message, Tx = step.Tx?.ToString(), CreatedAt = step.At }, Id(step.Key)));
        }
    }

    private async ValueTask<long> NewestEventAsync(CancellationToken cancellation) =>
        (await engine.Read.EventsAsync(deployment, new DeploymentEventFilter(), new Stretch(null, IsDescending: true, 1, IsCounted: false), cancellation)).Rows is [var newest] ? newest.Key : 0;

    private string Id(long key) => engine.Addresses.Cursor(key, goesBack: false).ToString();

    private async ValueTask<DeploymentJobFrame> FrameAsync(Job job, CancellationToken cancellation) => new()
    {
        Job = engine.Addresses.Job(job.Key),
        State = DeploymentViews.Word(job.State),
        Node = job.Node == 0 ? null : await names.NodeAsync(job.Node, cancellation),
        TimeStart = job.StartedAt?.ToUnixTimeSeconds() ?? 0,
        TimeEnd = job.EndedAt?.ToUnixTimeSeconds() ?? 0,
    };

    private void Tell(List<(StreamFrame Frame, string? Id)> frames, string what, StreamFrame frame, string? id = null)
    {
        if (_told.TryGetValue(what, out var told) && told == frame)
            return;
        _told[what] = frame;
        frames.Add((frame, id));
    }
}
