using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>What one operation uses: its last ten minutes, and the sums over all its containers' lives.</summary>
internal sealed class OperationStats(string operation)
{
    /// <summary>How many samples are kept: ten minutes of them.</summary>
    public const int Most = 120;

    private readonly Lock _lock = new();
    private readonly Queue<StatsSample> _samples = new();
    private (DateTimeOffset At, ContainerReading Reading)? _last;
    private ContainerUsage _before = new();
    private ContainerUsage? _usage;

    public IReadOnlyList<StatsSample> Samples
    {
        get
        {
            lock (_lock)
                return [.. _samples];
        }
    }

    /// <summary>The sums; null where nothing was seen of it.</summary>
    public ContainerUsage? Usage
    {
        get
        {
            lock (_lock)
                return _usage;
        }
    }

    /// <summary>A container is started, with which its counts begin. They do not tell: a busier one is soon beyond the one before it.</summary>
    public void Begin()
    {
        lock (_lock)
        {
            _before = _usage ?? _before;
            _last = null;
        }
    }

    public void Add(DateTimeOffset at, ContainerReading reading, IReadOnlyList<GpuSample>? gpus)
    {
        lock (_lock)
        {
            var cores = _last is { } last && at > last.At ? (reading.CpuTime - last.Reading.CpuTime) / (at - last.At) : 0;
            _last = (at, reading);
            _usage = new ContainerUsage
            {
                CpuSeconds = Math.Round(_before.CpuSeconds + reading.CpuTime.TotalSeconds, 3),
                PeakMemoryBytes = Math.Max(_usage?.PeakMemoryBytes ?? 0, reading.MemoryBytes),
                ReceivedBytes = _before.ReceivedBytes + reading.ReceivedBytes,
                SentBytes = _before.SentBytes + reading.SentBytes,
            };
            if (_samples.Count == Most)
                _samples.Dequeue();
            _samples.Enqueue(new StatsSample
            {
                OpId = operation,
                At = at,
                CpuCores = Math.Round(cores, 3),
                MemoryBytes = reading.MemoryBytes,
                MemoryLimitBytes = reading.MemoryLimitBytes,
                ReceivedBytes = _usage.ReceivedBytes,
                SentBytes = _usage.SentBytes,
                Gpus = gpus,
            });
        }
    }
}
