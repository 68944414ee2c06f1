using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;
using Nosnet.Protocol;

namespace Nosnet.Node.Tests;

public sealed class PortWatchTests : IDisposable
{
    private readonly TimersSeen _time = new();
    private readonly Channel<ValueList<HealthCheck>> _looks = Channel.CreateUnbounded<ValueList<HealthCheck>>();
    private readonly CancellationTokenSource _ending = new(TimeSpan.FromSeconds(30));
    private readonly Queue<bool> _answers = new();
    private int _changes;

    public void Dispose() => _ending.Dispose();

    [Fact]
    public async Task It_tells_of_every_change_and_only_of_those()
    {
        var always = new HttpCheck("/") { Continuous = true };
        var (watch, running) = Watch([always], false, false, true, true, false, true);

        await LookedAsync();
        await LookedAfterAsync(1);
        _changes.ShouldBe(1, "unknown, and after both looks offline");
        await LookedAfterAsync(2);
        await watch.Started.WaitAsync(_ending.Token);
        (watch.Status, _changes).ShouldBe((EndpointStatus.Online, 2));

        await LookedAfterAsync(30);
        (watch.Status, _changes).ShouldBe((EndpointStatus.Online, 2));
        await LookedAfterAsync(30);
        (watch.Status, _changes).ShouldBe((EndpointStatus.Offline, 3));
        await LookedAfterAsync(5);
        (watch.Status, _changes).ShouldBe((EndpointStatus.Online, 4));

        await _ending.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
    }

    [Fact]
    public async Task It_ends_by_itself_where_nothing_is_to_be_checked_for_long()
    {
        var (watch, running) = Watch([], false, true);
        await LookedAsync();
        _time.Advance(TimeSpan.FromSeconds(1));
        await running.WaitAsync(_ending.Token);
        watch.Status.ShouldBe(EndpointStatus.Online);
        watch.Started.IsCompletedSuccessfully.ShouldBeTrue();
    }

    private (PortWatch Watch, Task Running) Watch(ValueList<HealthCheck> checks, params bool[] answers)
    {
        foreach (var answer in answers)
            _answers.Enqueue(answer);
        var watch = new PortWatch(80, checks, LookAsync, () => Interlocked.Increment(ref _changes), _time);
        return (watch, watch.RunAsync(_ending.Token));
    }

    private Task<bool> LookAsync(int port, ValueList<HealthCheck> checks, CancellationToken cancellationToken)
    {
        _looks.Writer.TryWrite(checks);
        return Task.FromResult(_answers.Dequeue());
    }

    /// <summary>Waits for a look, and for the watch to wait again.</summary>
    private async Task LookedAsync()
    {
        await _looks.Reader.ReadAsync(_ending.Token);
        await _time.NextTimerAsync(_ending.Token);
    }

    private async Task LookedAfterAsync(int seconds)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
        _looks.Reader.TryPeek(out _).ShouldBeFalse("it is not time yet");
        _time.Advance(TimeSpan.FromTicks(1));
        await LookedAsync();
    }

    /// <summary>A clock that tells when somebody begins to wait for it.</summary>
    private sealed class TimersSeen : FakeTimeProvider
    {
        private readonly Channel<bool> _timers = Channel.CreateUnbounded<bool>();

        public async Task NextTimerAsync(CancellationToken cancellationToken) => await _timers.Reader.ReadAsync(cancellationToken);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            _timers.Writer.TryWrite(true);
            return timer;
        }
    }
}
