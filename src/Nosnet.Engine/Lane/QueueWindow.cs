namespace Nosnet.Engine;

/// <summary>
/// The front of a queue in memory: of those jobs that it is for, in order. However long the queue, it holds a bounded number; the rest is
/// read from the store as the front is taken, and what it is not for is passed over once.
/// </summary>
internal sealed class QueueWindow(Func<QueuedJob, bool> isFor)
{
    public const int Most = 2_048;

    private readonly SortedSet<QueuedJob> _jobs = new(Comparer<QueuedJob>.Create(static (a, b) => a.Key.CompareTo(b.Key)));

    /// <summary>Every waiting job with a key up to this one that the window is for is in it.</summary>
    public long CoveredTo { get; private set; }

    /// <summary>Whether the whole queue is in the window.</summary>
    public bool IsComplete { get; private set; }

    public int Count => _jobs.Count;

    /// <summary>Whether it is sure about a key. A full window counts as sure: no command takes as many jobs as it holds.</summary>
    public bool Covers(long key) => IsComplete || CoveredTo >= key || Count >= Most;

    /// <summary>The first job behind a key; null where the window holds none.</summary>
    public QueuedJob? After(long key) => _jobs.GetViewBetween(At(key + 1), At(long.MaxValue)).Min is { Key: not 0 } next ? next : null;

    public void Add(QueuedJob job)
    {
        if (!isFor(job))
            return;
        if (job.Key > CoveredTo)
        {
            if (!IsComplete)
                return;
            if (Count >= Most)
            {
                IsComplete = false;
                return;
            }

            CoveredTo = job.Key;
        }

        _jobs.Add(job);
        if (Count <= Most)
            return;
        // One came back to the front: the last of the window is left to the store again.
        var last = _jobs.Max;
        _jobs.Remove(last);
        CoveredTo = last.Key - 1;
        IsComplete = false;
    }

    public void Remove(long key) => _jobs.Remove(At(key));

    /// <summary>Takes in what the store holds behind <see cref="CoveredTo"/>, as far as there is room.</summary>
    public void Refill(IReadOnlyList<QueuedJob> more, bool isLast)
    {
        foreach (var job in more)
        {
            if (isFor(job))
            {
                if (Count >= Most)
                    return;
                _jobs.Add(job);
            }

            CoveredTo = job.Key;
        }

        IsComplete = isLast;
    }

    private static QueuedJob At(long key) => new(key, 0, 0, null);
}
