namespace Nosnet.Node;

/// <summary>Calls when a run's time is over. It can be set again at any time.</summary>
internal sealed class RunDeadline : IDisposable
{
    // Timers take no more than about 49 days; a longer wait is made of several.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    /// <summary>The longest time that can be set; longer ones are as good as it.</summary>
    public static readonly TimeSpan Most = TimeSpan.FromDays(3650);

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly Action _reached;
    private readonly ITimer _timer;
    private DateTimeOffset? _at;

    public RunDeadline(TimeProvider time, Action reached)
    {
        _time = time;
        _reached = reached;
        _timer = time.CreateTimer(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The time is over after this span from now.</summary>
    public void Set(TimeSpan remaining)
    {
        lock (_lock)
        {
            remaining = remaining < Most ? remaining : Most;
            _at = _time.GetUtcNow() + remaining;
            _timer.Change(Next(remaining), Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        lock (_lock)
        {
            if (_at is not { } at)
                return;
            if (at - _time.GetUtcNow() is var remaining && remaining > TimeSpan.Zero)
            {
                _timer.Change(Next(remaining), Timeout.InfiniteTimeSpan);
                return;
            }
            _at = null;
        }
        _reached();
    }

    private static TimeSpan Next(TimeSpan remaining) =>
        remaining <= TimeSpan.Zero ? TimeSpan.Zero : remaining < Longest ? remaining : Longest;
}
