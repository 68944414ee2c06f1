using Nosnet.Engine;

namespace Nosnet.Storage;

/// <summary>
/// The jobs that were read lately and have not changed since: whoever follows a job reads it again and again. A job displaces the one that has
/// its place, so nothing is kept in order and nothing is ever locked. It is for a database that one process alone writes.
/// </summary>
internal sealed class RecentJobs
{
    private const int Places = 1 << 14;

    private Known?[] _known = new Known?[Places];

    /// <summary>The job, read where it is not known.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="read">Reads its committed row.</param>
    public Job? Find(long key, Func<long, Job?> read)
    {
        ref var place = ref Place(key);
        var there = Volatile.Read(ref place);
        if (there?.Job?.Key == key)
            return there.Job;
        var job = read(key);
        // Where anything was committed here since, the job may have been read before that.
        if (job is not null)
            Interlocked.CompareExchange(ref place, new Known(job), there);
        return job;
    }

    /// <summary>Forgets a job that was changed, before anyone is told that it was.</summary>
    public void Forget(long key) => Volatile.Write(ref Place(key), new Known(null));

    /// <summary>Forgets all; what is being read ends in the places of before.</summary>
    public void Forget() => Volatile.Write(ref _known, new Known?[Places]);

    private ref Known? Place(long key) => ref Volatile.Read(ref _known)[key & (Places - 1)];

    /// <summary>What is in a place. Each is another object, so that a change is seen even where nothing was known before it.</summary>
    private sealed class Known(Job? job)
    {
        public Job? Job => job;
    }
}
