using Microsoft.Extensions.Time.Testing;

namespace Nosnet.Node.Tests;

public sealed class RunDeadlineTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly RunDeadline _deadline;
    private int _calls;

    public RunDeadlineTests() => _deadline = new RunDeadline(_time, () => _calls++);

    public void Dispose() => _deadline.Dispose();

    [Fact]
    public void It_calls_once_when_the_time_is_over()
    {
        _deadline.Set(TimeSpan.FromMinutes(5));
        _time.Advance(TimeSpan.FromMinutes(4.9));
        _calls.ShouldBe(0);
        _time.Advance(TimeSpan.FromMinutes(10));
        _calls.ShouldBe(1);
    }

    [Fact]
    public void A_later_end_takes_the_place_of_an_earlier()
    {
        _deadline.Set(TimeSpan.FromMinutes(5));
        _time.Advance(TimeSpan.FromMinutes(4));
        _deadline.Set(TimeSpan.FromMinutes(5));
        _time.Advance(TimeSpan.FromMinutes(4));
        _calls.ShouldBe(0);
        _time.Advance(TimeSpan.FromMinutes(1));
        _calls.ShouldBe(1);
    }

    [Fact]
    public void A_time_that_is_over_already_calls_at_once()
    {
        _deadline.Set(TimeSpan.FromSeconds(-3));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        _calls.ShouldBe(1);
    }

    [Fact]
    public void A_wait_longer_than_a_timer_can_be_is_waited_out()
    {
        _deadline.Set(TimeSpan.FromDays(100));
        for (var day = 0; day < 99; day++)
            _time.Advance(TimeSpan.FromDays(1));
        _calls.ShouldBe(0);
        _time.Advance(TimeSpan.FromDays(1));
        _calls.ShouldBe(1);
    }

    [Fact]
    public void Where_none_is_set_it_never_calls()
    {
        _time.Advance(TimeSpan.FromDays(1000));
        _calls.ShouldBe(0);
    }
}
