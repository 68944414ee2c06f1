using Microsoft.Extensions.Time.Testing;

namespace Nosnet.Engine.Tests;

/// <summary>A machine's clock that a test drives, and that somebody may set: then no time has passed.</summary>
internal sealed class MachineClock(DateTimeOffset start) : FakeTimeProvider(start)
{
    private TimeSpan _set;

    public override long GetTimestamp() => base.GetTimestamp() - _set.Ticks;

    public void Set(TimeSpan by)
    {
        _set += by;
        AdjustTime(GetUtcNow() + by);
    }
}
