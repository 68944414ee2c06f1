namespace Nosnet.Node;

/// <summary>Keeps what a run's containers write to their layers and volumes within its quota.</summary>
/// <remarks>
/// The node measures, the same with every engine. Docker and Podman can bound a layer themselves only on some file systems (XFS with project
/// quotas, btrfs, ZFS) and a volume on none, and what a container would see of it is a full disk, not the end of its job for a reason.
/// What is kept in memory (/dev/shm and other tmpfs) counts as the container's memory instead.
/// </remarks>
internal sealed class RunDisk : IDisposable
{
    private readonly IContainerEngine _engine;
    private readonly string[] _volumes;
    private readonly long _quota;
    private readonly Action<Halt> _halt;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly HashSet<string> _running = new(StringComparer.Ordinal);
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly HashSet<string> _directories = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();
    private Task? _watching;

    /// <param name="engine">The container engine.</param>
    /// <param name="identity">The run; only volumes of its own count as its.</param>
    /// <param name="quota">How many bytes it may take up.</param>
    /// <param name="halt">Told when it is more, or the disk is full.</param>
    /// <param name="time">The clock.</param>
    public RunDisk(IContainerEngine engine, RunIdentity identity, long quota, Action<Halt> halt, TimeProvider time)
    {
        _engine = engine;
        _volumes = [identity.Volume(""), identity.Copies];
        _quota = quota;
        _halt = halt;
        _time = time;
    }

    /// <summary>A container has been started. Costs it nothing: it is looked at beside.</summary>
    public void Begin(string container)
    {
        lock (_lock)
        {
            _running.Add(container);
            _watching ??= WatchAsync(_stopping.Token);
        }
    }

    /// <summary>A container has ended. What it wrote stays, and counts, until the run is over.</summary>
    public void End(ContainerSnapshot container)
    {
        lock (_lock)
        {
            _running.Remove(container.Id);
            NoteNeedsLock(container);
        }
    }

    /// <summary>
    /// Finds out, of a run that was ended because the disk was full, whether it was itself over its quota. To be called when its containers
    /// have ended: a full disk does not wait for that, and what they wrote is still there.
    /// </summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        string[] directories;
        lock (_lock)
            directories = [.. _directories];
        if (await DiskUsage.OfAsync(directories, cancellationToken).ConfigureAwait(false) > _quota)
            _halt(Halt.DiskQuotaExceeded(_quota));
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        var (pause, used, lookedAt) = (DiskPace.First, 0L, _time.GetTimestamp());
        while (true)
        {
            await Task.Delay(pause, _time, cancellationToken).ConfigureAwait(false);
            if (await DirectoriesAsync(cancellationToken).ConfigureAwait(false) is not { Length: > 0 } directories)
                continue;
            var began = _time.GetTimestamp();
            if (await MeasureAsync(directories, used, cancellationToken).ConfigureAwait(false) is not { } now)
                continue;
            Judge(now, used, directories);
            pause = DiskPace.Next(_quota - now, now - used, _time.GetElapsedTime(lookedAt, began), _time.GetElapsedTime(began));
            (used, lookedAt) = (now, began);
        }
    }

    /// <summary>While a look at very many files takes its time, the disk can fill up: that is looked at beside it.</summary>
    private async Task<long?> MeasureAsync(string[] directories, long used, CancellationToken cancellationToken)
    {
        var measuring = DiskUsage.OfAsync(directories, cancellationToken);
        while (await Task.WhenAny(measuring, Task.Delay(DiskPace.First, _time, cancellationToken)).ConfigureAwait(false) != measuring)
            Judge(null, used, directories);
        return await measuring.ConfigureAwait(false);
    }

    private void Judge(long? now, long used, string[] directories)
    {
        if (DiskVerdict.Of(now, used, _quota, DiskUsage.Left(directories[0])) is { } halt)
            _halt(halt);
    }

    /// <summary>Where the run writes; empty while nothing of it runs.</summary>
    private async Task<string[]> DirectoriesAsync(CancellationToken cancellationToken)
    {
        string[] unknown;
        lock (_lock)
        {
            if (_running.Count == 0)
                return [];
            unknown = [.. _running.Except(_known)];
        }
        foreach (var container in unknown)
        {
            try
            {
                if (await _engine.InspectContainerAsync(container, cancellationToken).ConfigureAwait(false) is { } snapshot)
                    Note(snapshot);
            }
            catch (EngineException)
            {
                // It is asked again at the next look.
            }
        }
        lock (_lock)
            return [.. _directories];
    }

    private void Note(ContainerSnapshot container)
    {
        lock (_lock)
            NoteNeedsLock(container);
    }

    private void NoteNeedsLock(ContainerSnapshot container)
    {
        _known.Add(container.Id);
        if (container.Layer is { } layer)
            _directories.Add(layer);
        _directories.UnionWith(container.Volumes.Where(volume => _volumes.Any(own => volume.Key.StartsWith(own, StringComparison.Ordinal))).Select(volume => volume.Value));
    }
}
