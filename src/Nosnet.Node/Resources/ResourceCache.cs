using System.Globalization;

namespace Nosnet.Node;

/// <summary>
/// The resources that a node has downloaded, each of them once however many runs want it. What is longest unused goes when room is
/// needed; what a run holds, or a volume shows, stays.
/// </summary>
internal sealed class ResourceCache : IDisposable
{
    private const int FilesAtOnce = 4;
    private const long LeftFree = 512L * 1024 * 1024;
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(500);

    private readonly CacheDirectory _directory;
    private readonly string _path;
    private readonly long _bound;
    private readonly FileDownload _download;
    private readonly Func<CancellationToken, Task<IReadOnlySet<string>>> _shown;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _room = new(1);
    private readonly Dictionary<string, int> _held = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ResourceDownload> _downloads = new(StringComparer.Ordinal);

    /// <param name="path">Where it lies on disk.</param>
    /// <param name="bound">How many bytes it may take.</param>
    /// <param name="http">How it gets at what is not there.</param>
    /// <param name="shown">The ids of what volumes of the engine show.</param>
    /// <param name="time">The clock.</param>
    public ResourceCache(string path, long bound, ResourceHttp http, Func<CancellationToken, Task<IReadOnlySet<string>>> shown, TimeProvider time)
    {
        (_path, _bound, _shown, _time) = (path, bound, shown, time);
        _directory = new CacheDirectory(path);
        _download = new FileDownload(http, time);
    }

    /// <summary>Sees to it that the files of a source are there as they are now, and holds them until the lease is given back.</summary>
    /// <exception cref="ResourceException">They cannot be had.</exception>
    public async Task<CacheLease> AcquireAsync(IResourceSource source, IProgress<ResourceStep> progress, CancellationToken cancellationToken)
    {
        IReadOnlyList<RemoteFile> files;
        try
        {
            files = await Retrying.RunAsync(_time, () => source.ListAsync(cancellationToken), () => 0, cancellationToken).ConfigureAwait(false);
        }
        catch (ResourceException e) when (e.MayPass && _directory.LatestOf(ResourceIds.Hash(source.Key)) is { } latest && TryHold(latest) is { } kept)
        {
            // The store is away; what it had when it was last there is better than no run.
            return kept with { Stale = e.Message };
        }
        if (files.Count == 0)
            throw new ResourceException($"{source.Name} has no files.");
        Check(source, files);
        var id = ResourceIds.Of(source.Key, files);
        while (true)
        {
            if (TryHold(id) is { } lease)
                return lease;
            var download = Join(id, source, files);
            try
            {
                await download.WaitAsync(progress, ReportInterval, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (download.IsLeft && !cancellationToken.IsCancellationRequested)
            {
                // It was being broken off for those before: begun anew.
            }
            finally
            {
                lock (_lock)
                    download.Leave_NeedsLock();
            }
        }
    }

    public void Dispose() => _room.Dispose();

    private static void Check(IResourceSource source, IReadOnlyList<RemoteFile> files)
    {
        var names = files.Select(file => file.Path.ToString()).ToHashSet(StringComparer.Ordinal);
        foreach (var name in names)
        {
            for (var slash = name.IndexOf('/'); slash >= 0; slash = name.IndexOf('/', slash + 1))
            {
                if (names.Contains(name[..slash]))
                    throw new ResourceException($"{source.Name} has both a file \"{name[..slash]}\" and files in a directory of that name, which no file system can hold. Name the files that you need.");
            }
        }
    }

    private CacheLease? TryHold(string id)
    {
        lock (_lock)
        {
            if (_downloads.ContainsKey(id) || !_directory.IsWhole(id))
                return null;
            _directory.Touch(id, _time.GetUtcNow());
            _held[id] = _held.GetValueOrDefault(id) + 1;
            return new CacheLease(id, _directory.Files(id), () => Release(id));
        }
    }

    private void Release(string id)
    {
        lock (_lock)
        {
            if (--_held[id] == 0)
                _held.Remove(id);
        }
    }

    private ResourceDownload Join(string id, IResourceSource source, IReadOnlyList<RemoteFile> files)
    {
        lock (_lock)
        {
            if (!_downloads.TryGetValue(id, out var download))
            {
                download = new ResourceDownload(_time, files, (self, token) => DownloadAsync(id, source, files, self, token));
                _downloads[id] = download;
            }
            download.Join_NeedsLock();
            return download;
        }
    }

    private async Task DownloadAsync(string id, IResourceSource source, IReadOnlyList<RemoteFile> files, ResourceDownload download, CancellationToken cancellationToken)
    {
        try
        {
            await MakeRoomAsync(id, source.Name, download.TotalBytes, cancellationToken).ConfigureAwait(false);
            var part = _directory.Part(id);
            await Parallel.ForEachAsync(
                files.Index(),
                new ParallelOptions { MaxDegreeOfParallelism = FilesAtOnce, CancellationToken = cancellationToken },
                async (file, token) => await FileAsync(source.Name, file.Item, file.Item.Path.In(Path.Combine(part, "files")), Path.Combine(part, $"{file.Index}.part"), download, token).ConfigureAwait(false)).ConfigureAwait(false);
            _directory.Complete(id, new CacheEntry(ResourceIds.Hash(source.Key), files.ToDictionary(file => file.Path.ToString(), file => file.Size)));
        }
        catch (EngineException e)
        {
            throw new ResourceException($"{source.Name} was not downloaded, since the container engine does not tell what is in use: {e.Message}", inner: e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ResourceException($"{source.Name} could not be kept on this node's disk: {e.Message}", inner: e);
        }
        finally
        {
            lock (_lock)
                _downloads.Remove(id);
        }
    }

    private async Task FileAsync(string what, RemoteFile file, string path, string part, ResourceDownload download, CancellationToken cancellationToken)
    {
        // What lies there was whole when it got there.
        if (new FileInfo(path) is { Exists: true } there && there.Length == file.Size)
        {
            download.Arrived(file.Size);
        }
        else
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var bytes = 0L;
            await Retrying.RunAsync(
                _time,
                async () =>
                {
                    // Each try counts what is there already.
                    download.Arrived(-bytes);
                    bytes = 0;
                    await _download.RunAsync(
                        what,
                        file,
                        part,
                        count =>
                        {
                            bytes += count;
                            download.Arrived(count);
                        },
                        cancellationToken).ConfigureAwait(false);
                    return true;
                },
                () => bytes,
                cancellationToken).ConfigureAwait(false);
            File.Move(part, path, overwrite: true);
        }
        download.FileDone();
    }

    private async Task MakeRoomAsync(string id, string name, long bytes, CancellationToken cancellationToken)
    {
        if (bytes > _bound)
            throw new ResourceException($"{name} is {Size(bytes)}, and this node keeps no more than {Size(_bound)} of resources. Name fewer files, or post the job to a node with more room.");
        await _room.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var shown = await _shown(cancellationToken).ConfigureAwait(false);
            lock (_lock)
            {
                var (whole, parts) = (_directory.Whole(), _directory.Parts());
                // A download counts with all that it will be; what is left of another one with what it is.
                var coming = _downloads.Where(other => other.Key != id && Directory.Exists(_directory.Part(other.Key))).Sum(other => other.Value.TotalBytes);
                var left = parts.Where(part => !_downloads.ContainsKey(part.Id)).ToArray();
                var used = whole.Sum(item => item.Bytes) + left.Sum(item => item.Bytes) + coming;
                var here = parts.FirstOrDefault(part => part.Id == id)?.Bytes ?? 0;
                var free = new DriveInfo(_path).AvailableFreeSpace - LeftFree;
                var missing = Math.Max(used + bytes - _bound, bytes - here - free);
                var chosen = CacheEviction.Choose([.. whole, .. left], item => _held.ContainsKey(item.Id) || shown.Contains(item.Id), missing)
                    ?? throw new ResourceException($"{name} is {Size(bytes)}, for which there is no room on this node: what else it keeps is in use, or its disk is full. Post the job again later.");
                foreach (var item in chosen)
                {
                    _directory.Remove(item.Id);
                    _directory.RemovePart(item.Id);
                }
                Directory.CreateDirectory(Path.Combine(_directory.Part(id), "files"));
            }
        }
        finally
        {
            _room.Release();
        }
    }

    private static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024 * 1024):0.0} GiB");
}

/// <summary>The right to files of the cache: they stay as long as it is not given back.</summary>
/// <param name="Id">What they are called there.</param>
/// <param name="Path">The directory that they are in.</param>
/// <param name="Release">Gives it back.</param>
internal sealed record CacheLease(string Id, string Path, Action Release)
{
    /// <summary>Why they may be older than what the store has; null where they are not.</summary>
    public string? Stale { get; init; }
}
