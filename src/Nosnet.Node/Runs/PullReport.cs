using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>Tells the log of a run how far the pull of an image is, a few times a second at most.</summary>
internal sealed class PullReport(RunLog log, TimeProvider time, string image, string operation) : IProgress<PullStep>
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private long? _last;

    /// <summary>Whether there was anything to tell.</summary>
    public bool Began => _last is not null;

    public void Report(PullStep value)
    {
        if (_last is { } last && time.GetElapsedTime(last) < Interval && value.LayersDone < value.Layers)
            return;
        _last = time.GetTimestamp();
        // Bytes where the engine counts them, else layers.
        var (current, total) = value.TotalBytes > 0 ? (value.Bytes, value.TotalBytes) : (value.LayersDone, (long)value.Layers);
        log.Append(LogKind.Progress, $"Pulling {image}", operation, current, total);
    }
}
