namespace Nosnet.Simulation;

/// <summary>The server's clock: time passes as the simulation says, and somebody may set the clock wrong.</summary>
internal sealed class SimulatedClock : TimeProvider
{
    private static readonly DateTimeOffset Beginning = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>How long the simulation has run.</summary>
    public TimeSpan Passed { get; set; }

    /// <summary>How wrong the clock is.</summary>
    public TimeSpan Wrong { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Beginning + Passed + Wrong;

    public override long GetTimestamp() => Passed.Ticks;
}
