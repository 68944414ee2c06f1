namespace Nosnet.Engine;

/// <summary>
/// The front of a market's queue in memory. However long the queue, the window holds a bounded part of it, in order; the rest is read
/// from the store as the front is taken.
/// </summary>
internal sealed class QueueWindow
{
    public const int Most = 2_048;

    private readonly SortedDictionary<long, long> _jobs = [];

    /// <summary>Every waiting job with a key up to this one is in the window.</summary>
    public long CoveredTo { get; private set; }

    /// <summary>Whether the whole queue is in the window.</summary>
    public bool IsComplete { get; private set; }

    public IReadOnlyList<QueuedJob> After(long key, int most) =>
        [.. _jobs.SkipWhile(j => j.Key <= key).Take(most).Select(j => new QueuedJob(j.Key, j.Value))];

    public void Add(QueuedJob job)
    {
        if (job.Key > CoveredTo)
        {
            if (!IsComplete)
                return;
            if (_jobs.Count >= Most)
            {
                IsComplete = false;
                return;
            }

            CoveredTo = job.Key;
        }

        _jobs[job.Key] = job.WantedNode;
    }

    public void Remove(long key) => _jobs.Remove(key);

    /// <summary>Takes in what the store holds behind <see cref="CoveredTo"/>.</summary>
    public void Refill(IReadOnlyList<QueuedJob> more, bool isLast)
    {
        foreach (var job in more)
            _jobs[job.Key] = job.WantedNode;
        if (more.Count > 0)
            CoveredTo = more[^1].Key;
        IsComplete = isLast;
    }
}
