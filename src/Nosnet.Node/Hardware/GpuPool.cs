using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>The graphics cards that one run's containers get.</summary>
/// <param name="Devices">The cards.</param>
/// <param name="IsWholeMachine">Whether they are all that the machine has.</param>
public sealed record GpuGrant(IReadOnlyList<GpuDevice> Devices, bool IsWholeMachine);

/// <summary>
/// Divides the cards that are offered among the runs: into as many equal parts as there are slots, of which a run has one to itself.
/// Where the operator shares them, each run has all.
/// </summary>
internal sealed class GpuPool
{
    private readonly GpuHardware? _offered;
    private readonly bool _isWholeMachine;
    private readonly GpuDevice[][] _parts;
    private readonly Dictionary<RunKey, IReadOnlyList<int>> _held = [];
    private readonly Lock _lock = new();
    private TaskCompletionSource _freed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="offered">The cards that are offered; null: none.</param>
    /// <param name="slots">How many runs there are at once.</param>
    /// <param name="isWholeMachine">Whether the machine has no others.</param>
    public GpuPool(GpuHardware? offered, int slots, bool isWholeMachine)
    {
        _offered = offered;
        _isWholeMachine = isWholeMachine;
        var devices = offered?.Devices ?? [];
        var parts = offered?.Shared is true ? 1 : Math.Min(slots, devices.Count);
        _parts = [.. Enumerable.Range(0, parts).Select(part => devices.Where((_, i) => i % parts == part).ToArray())];
    }

    /// <summary>Whether there are cards for runs at all.</summary>
    public bool HasAny => _parts.Length > 0;

    /// <summary>Gives a run its cards, when some are free. One that has some already keeps them.</summary>
    public async Task<GpuGrant> TakeAsync(RunKey run, CancellationToken cancellation)
    {
        while (true)
        {
            Task freed;
            lock (_lock)
            {
                if (_held.TryGetValue(run, out var own))
                    return Grant(own);
                if (_parts.FirstOrDefault(p => _offered!.Shared || p.All(d => !_held.Values.Any(h => h.Contains(d.Index)))) is { } part)
                {
                    _held[run] = [.. part.Select(d => d.Index)];
                    return Grant(_held[run]);
                }

                freed = _freed.Task;
            }

            await freed.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>A run of an earlier process has these.</summary>
    public void Adopt(RunKey run, IReadOnlyList<int> indices)
    {
        lock (_lock)
            _held[run] = indices;
    }

    /// <summary>A run's containers have ended.</summary>
    public void Release(RunKey run)
    {
        lock (_lock)
        {
            if (!_held.Remove(run))
                return;
            _freed.TrySetResult();
            _freed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private GpuGrant Grant(IReadOnlyList<int> indices)
    {
        GpuDevice[] devices = [.. _offered!.Devices.Where(d => indices.Contains(d.Index))];
        return new GpuGrant(devices, _isWholeMachine && devices.Length == _offered.Devices.Count);
    }
}
