namespace Nosnet.Engine;

/// <summary>How many jobs and tasks of deployments there were since an engine began, for whoever watches it. What is counted is on disk.</summary>
public sealed class TaskCounts(TimeProvider time)
{
    private readonly Lock _lock = new();
    private TaskFigures _figures = new() { StartedAt = time.GetUtcNow() };

    /// <summary>How it stands now.</summary>
    public TaskFigures Read()
    {
        lock (_lock)
            return _figures;
    }

    /// <summary>Counts a task from being given to the lane until it is on disk.</summary>
    internal async Task CountAsync(Func<Task<Outcome<TaskDone>>> carry)
    {
        var begun = time.GetTimestamp();
        Add(f => f with { InProgress = f.InProgress + 1 });
        TaskDone? done = null;
        try
        {
            done = (await carry().ConfigureAwait(false)).Value;
        }
        finally
        {
            var took = time.GetElapsedTime(begun);
            Add(f => With(f, done, took) with { InProgress = f.InProgress - 1 });
        }
    }

    private static TaskFigures With(TaskFigures before, TaskDone? done, TimeSpan took)
    {
        // Who was cut off does not know what became of it; it is still due, or was done.
        if (done is not { WasDue: true } known)
            return before;
        return before with
        {
            Listed = before.Listed + known.Listed,
            Extended = before.Extended + known.Extended,
            Stopped = before.Stopped + known.Stopped,
            Done = before.Done + (known.WasRefused ? 0 : 1),
            Refused = before.Refused + (known.WasRefused ? 1 : 0),
            Took = before.Took + took,
        };
    }

    private void Add(Func<TaskFigures, TaskFigures> count)
    {
        lock (_lock)
            _figures = count(_figures);
    }
}

/// <summary>Figures of the tasks of deployments.</summary>
public sealed record TaskFigures
{
    /// <summary>Since when is counted.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Jobs that were posted for deployments.</summary>
    public long Listed { get; init; }

    /// <summary>Extensions of such jobs.</summary>
    public long Extended { get; init; }

    /// <summary>Such jobs that were stopped by a task.</summary>
    public long Stopped { get; init; }

    /// <summary>Tasks that are with the lane now.</summary>
    public int InProgress { get; init; }

    /// <summary>Tasks that were done, or dropped because nothing was left to do.</summary>
    public long Done { get; init; }

    /// <summary>Times that a task was refused, to be tried again later or given up.</summary>
    public long Refused { get; init; }

    /// <summary>How long those that were done or refused took in all.</summary>
    public TimeSpan Took { get; init; }
}
