namespace Nosnet.Node;

/// <summary>One set of files on its way into the cache, for as many runs as wait for it: the last one that leaves breaks it off.</summary>
internal sealed class ResourceDownload : IDisposable
{
    private readonly CancellationTokenSource _leaving = new();
    private readonly TimeProvider _time;
    private readonly IReadOnlyList<RemoteFile> _files;
    private long _bytes;
    private int _done;
    private int _waiting;

    public ResourceDownload(TimeProvider time, IReadOnlyList<RemoteFile> files, Func<ResourceDownload, CancellationToken, Task> work)
    {
        _time = time;
        _files = files;
        // A store may tell any size: more than can be counted is too large like what is merely too large.
        TotalBytes = files.Aggregate(0L, (sum, file) => file.Size > long.MaxValue - sum ? long.MaxValue : sum + file.Size);
        Work = Task.Run(() => work(this, _leaving.Token));
    }

    public Task Work { get; }

    public long TotalBytes { get; }

    public bool IsLeft => _leaving.IsCancellationRequested;

    public ResourceStep Step => new(Interlocked.Read(ref _bytes), TotalBytes, Volatile.Read(ref _done), _files.Count);

    public void Arrived(long bytes) => Interlocked.Add(ref _bytes, bytes);

    public void FileDone() => Interlocked.Increment(ref _done);

    /// <summary>One more waits for it. To be called under the lock of the cache.</summary>
    public void Join_NeedsLock() => _waiting++;

    /// <summary>One fewer does. To be called under the lock of the cache.</summary>
    public void Leave_NeedsLock()
    {
        if (--_waiting > 0)
            return;
        if (Work.IsCompleted)
            Dispose();
        else
            _leaving.Cancel();
    }

    /// <summary>Waits for its end, and tells on the way how far it is.</summary>
    public async Task WaitAsync(IProgress<ResourceStep> progress, TimeSpan interval, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(interval, _time);
        while (!Work.IsCompleted)
        {
            progress.Report(Step);
            await Task.WhenAny(Work, timer.WaitForNextTickAsync(cancellationToken).AsTask()).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }
        await Work.ConfigureAwait(false);
        progress.Report(Step);
    }

    public void Dispose() => _leaving.Dispose();
}
