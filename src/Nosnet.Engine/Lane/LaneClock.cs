namespace Nosnet.Engine;

/// <summary>
/// The time as a lane takes it: the machine's clock, and never backwards. Where that clock was set back, now or before a restart, time
/// goes on from the latest that was told, as fast as it passes: a lease does not stand still meanwhile, and no run is free. Where it was
/// set forward, the time that it leapt over is told as skipped, because it did not pass.
/// </summary>
/// <param name="time">The machine's clock.</param>
/// <param name="latest">The latest time that was told before.</param>
internal sealed class LaneClock(TimeProvider time, DateTimeOffset latest)
{
    /// <summary>Up to here a difference is a clock that is kept right, and one that is read late.</summary>
    private static readonly TimeSpan MostDrift = TimeSpan.FromSeconds(2);

    private DateTimeOffset _now = latest > time.GetUtcNow() ? latest : time.GetUtcNow();
    private long _readAt = time.GetTimestamp();

    /// <param name="skipped">What the clock leapt over since it was read last; zero where it went on as time does.</param>
    public DateTimeOffset Now(out TimeSpan skipped)
    {
        var (readAt, continued, told) = Read();
        // The two clocks are not read at one moment: what passed in between was not leapt over, and does not show a second time.
        if (told - continued > MostDrift)
            (readAt, continued, told) = Read();
        skipped = told - continued > MostDrift ? told - continued : TimeSpan.Zero;
        _now = told > _now ? told : continued;
        _readAt = readAt;
        return _now;
    }

    private (long ReadAt, DateTimeOffset Continued, DateTimeOffset Told) Read()
    {
        var readAt = time.GetTimestamp();
        return (readAt, _now + time.GetElapsedTime(_readAt, readAt), time.GetUtcNow());
    }
}
