using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>
/// A market's queue as nodes see it. Jobs that any node may run have a window of their own; for those that ask something of the machine
/// there is one for each kind of machine, so that a node which can run few of very many finds them without looking at the others again.
/// </summary>
/// <param name="read">Reads jobs behind a key from the store, up to <paramref name="chunk"/> of them.</param>
/// <param name="chunk">How many are read at once.</param>
internal sealed class MarketQueue(Func<long, IReadOnlyList<QueuedJob>> read, int chunk)
{
    private readonly QueueWindow _plain = new(static job => job is { IsParticular: false, Requirements: null });
    private readonly Dictionary<Capacity, QueueWindow> _demanding = [];

    // Jobs that were lost, and want or avoid a node: few, and any window that comes by one puts it here.
    private readonly SortedDictionary<long, QueuedJob> _particular = [];

    /// <summary>The jobs that a node may run, oldest first.</summary>
    public IEnumerable<QueuedJob> For(long node, Capacity capacity)
    {
        QueueWindow[] windows = capacity == default ? [_plain] : [_plain, Window(capacity)];
        for (var last = 0L; Next(windows, node, capacity, last) is { } next; last = next.Key)
            yield return next;
    }

    /// <summary>Takes a job of the market as it is now: one that waits is in the queue, any other is not.</summary>
    public void Put(Job job)
    {
        if (job.State is JobState.Queued)
            Add(QueuedJob.Of(job));
        else
            Remove(job.Key);
    }

    public void Add(QueuedJob job)
    {
        if (job.IsParticular)
        {
            _particular[job.Key] = job;
            return;
        }

        _plain.Add(job);
        foreach (var window in _demanding.Values)
            window.Add(job);
    }

    public void Remove(long key)
    {
        _particular.Remove(key);
        _plain.Remove(key);
        foreach (var window in _demanding.Values)
            window.Remove(key);
    }

    /// <summary>Forgets the windows of machines that there are no more.</summary>
    public void KeepOnly(IReadOnlySet<Capacity> capacities)
    {
        foreach (var gone in _demanding.Keys.Where(c => !capacities.Contains(c)).ToList())
            _demanding.Remove(gone);
    }

    private QueueWindow Window(Capacity capacity)
    {
        if (!_demanding.TryGetValue(capacity, out var window))
            _demanding.Add(capacity, window = new QueueWindow(job => job is { IsParticular: false, Requirements: not null } && capacity.Reaches(job.Requirements)));
        return window;
    }

    /// <summary>The first job behind a key. The store is read until no window can hold an older one, and no further.</summary>
    private QueuedJob? Next(QueueWindow[] windows, long node, Capacity capacity, long last)
    {
        while (true)
        {
            var oldest = windows.Select(w => w.After(last)).MinBy(static j => j?.Key ?? long.MaxValue);
            if (Array.Find(windows, w => !w.Covers(oldest?.Key ?? long.MaxValue)) is { } unsure)
            {
                Fill(unsure);
                continue;
            }

            foreach (var job in _particular.Values)
            {
                if (job.Key > last && job.Key < (oldest?.Key ?? long.MaxValue) && job.MayRunOn(node, capacity))
                    return job;
            }

            return oldest;
        }
    }

    private void Fill(QueueWindow window)
    {
        var more = read(window.CoveredTo);
        foreach (var job in more.Where(static j => j.IsParticular))
            _particular[job.Key] = job;
        window.Refill(more, isLast: more.Count < chunk);
    }
}
