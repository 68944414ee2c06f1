namespace Nosnet.EndToEnd;

/// <summary>A machine's clock that can be set forward: what was to come later is due then, and neither a lease nor a run is over for it.</summary>
internal sealed class LeapingClock : TimeProvider
{
    private long _leapt;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Volatile.Read(ref _leapt));

    public void LeapTo(DateTimeOffset time) => Interlocked.Add(ref _leapt, (time - GetUtcNow()).Ticks);
}
