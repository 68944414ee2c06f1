using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>
/// What the operations of a run use. The engine is asked and not the cgroups behind it: it tells the same of Docker and Podman, with either
/// version of cgroups, as root or not, on this machine or another, in some hundredths of a second every few seconds.
/// </summary>
internal sealed class RunStats(IContainerEngine engine, TimeProvider time)
{
    // Soon at first, so that something is known of those that end soon.
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)];
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, OperationStats> _operations = [];

    public JobStats View
    {
        get
        {
            lock (_lock)
            {
                return new JobStats
                {
                    Samples = [.. _operations.Values.SelectMany(one => one.Samples).OrderBy(sample => sample.At)],
                    Totals = [.. _operations.Where(one => one.Value.Usage is not null).Select(one => new OperationTotals(one.Key, one.Value.Usage!))],
                };
            }
        }
    }

    public ContainerUsage? UsageOf(string operation)
    {
        lock (_lock)
            return _operations.GetValueOrDefault(operation)?.Usage;
    }

    /// <summary>Looks at a container that was started, until cancelled.</summary>
    public async Task SampleAsync(string operation, string container, bool gpu, CancellationToken cancellation)
    {
        OperationStats stats;
        lock (_lock)
        {
            if (!_operations.TryGetValue(operation, out stats!))
                _operations[operation] = stats = new OperationStats(operation);
        }

        stats.Begin();
        for (var i = 0; ; i++)
        {
            await Task.Delay(i < Pauses.Length ? Pauses[i] : Pause, time, cancellation).ConfigureAwait(false);
            try
            {
                if (await engine.ReadUsageAsync(container, cancellation).ConfigureAwait(false) is { } reading)
                    stats.Add(time.GetUtcNow(), reading, gpu ? await GpuUse.ReadAsync(time, cancellation).ConfigureAwait(false) : null);
            }
            catch (EngineException)
            {
                // The engine is away, or the container is going: the next look tells, or there is none.
            }
        }
    }
}
