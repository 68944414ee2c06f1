using System.Collections.Concurrent;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>The resources of one run: downloaded before a container starts, shown to it as volumes, held until the run is over.</summary>
internal sealed class RunResources(RunIdentity identity, RunSettings settings, IContainerEngine engine, ResourceStore store, RunLog log) : IDisposable
{
    private const UnixFileMode Anyone =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private const UnixFileMode AnyoneEnters = Anyone | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly ConcurrentDictionary<int, IReadOnlyList<Held>> _held = new();

    /// <summary>Sees to it that the resources of an operation are on this machine. May be repeated.</summary>
    /// <exception cref="ResourceException">They cannot be had.</exception>
    public async Task FetchAsync(int index, ContainerRun operation, CancellationToken cancellationToken)
    {
        if (operation.Resources.Count == 0 || _held.ContainsKey(index))
            return;
        var held = new List<Held>();
        try
        {
            foreach (var target in ResourceTarget.Of(operation))
                held.Add(new Held(target, await AcquireAsync(operation.Id, target.Resources, cancellationToken).ConfigureAwait(false)));
        }
        catch
        {
            Release(held);
            throw;
        }
        if (!_held.TryAdd(index, held))
            Release(held);
    }

    /// <summary>Makes the volumes through which the container of an operation sees them.</summary>
    /// <exception cref="ResourceException">The copy of its own could not be made.</exception>
    public async Task<IReadOnlyList<ResourceMount>> MountsAsync(int index, CancellationToken cancellationToken)
    {
        var mounts = new List<ResourceMount>();
        foreach (var (number, (target, lease)) in _held.GetValueOrDefault(index, []).Index())
        {
            var name = identity.ResourceVolume(index, number, target.IsWritable);
            var labels = identity.Labels(settings.Labels);
            if (target.IsWritable)
            {
                var path = await engine.CreateVolumeAsync(name, labels, cancellationToken).ConfigureAwait(false);
                await Task.Run(() => Copy(lease.Path, path, cancellationToken), cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await engine.CreateVolumeOverAsync(name, lease.Path, labels.With(Labels.Resource, lease.Id), cancellationToken).ConfigureAwait(false);
            }
            mounts.Add(new ResourceMount(target.Target, name, IsReadOnly: !target.IsWritable));
        }
        return mounts;
    }

    public void Dispose()
    {
        foreach (var held in _held.Values)
            Release(held);
        _held.Clear();
    }

    private async Task<CacheLease> AcquireAsync(string operation, IReadOnlyList<Resource> resources, CancellationToken cancellationToken)
    {
        var report = new ResourceReport(log, store.Name(resources), operation);
        var lease = await store.AcquireAsync(resources, report, cancellationToken).ConfigureAwait(false);
        log.Append(LogKind.Info, lease.Stale is null ? report.Done : $"{report.Done}, as it was some time ago: {lease.Stale}", operation);
        return lease;
    }

    private static void Release(IEnumerable<Held> held)
    {
        foreach (var item in held)
            item.Lease.Release();
    }

    /// <summary>Whatever user the container has may write to its copy.</summary>
    private static void Copy(string from, string to, CancellationToken cancellationToken)
    {
        try
        {
            SetMode(to, AnyoneEnters);
            foreach (var directory in Directory.EnumerateDirectories(from, "*", SearchOption.AllDirectories))
                SetMode(Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, directory))).FullName, AnyoneEnters);
            foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var copy = Path.Combine(to, Path.GetRelativePath(from, file));
                File.Copy(file, copy, overwrite: true);
                SetMode(copy, Anyone);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ResourceException($"The files could not be copied into a volume of the job: {e.Message}", inner: e);
        }
    }

    private static void SetMode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, mode);
    }

    private sealed record Held(ResourceTarget Target, CacheLease Lease);
}

/// <summary>A volume with resources in a container.</summary>
/// <param name="Target">Where the container sees it.</param>
/// <param name="Volume">The engine's volume.</param>
/// <param name="IsReadOnly">Whether it can only be read.</param>
internal sealed record ResourceMount(string Target, string Volume, bool IsReadOnly);
