using Microsoft.Extensions.Time.Testing;
using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

public sealed class OpenTunnelsTests
{
    private static readonly NodeAddress Node = new(new Bytes32([.. Enumerable.Repeat((byte)7, 32)]));
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongWait = TimeSpan.FromHours(1);

    private readonly FakeTimeProvider _time = new();
    private readonly OpenTunnels _open;

    public OpenTunnelsTests() => _open = new OpenTunnels(_time);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_open_tunnel_is_found_at_once()
    {
        using var tunnel = Open();
        (await WaitAsync()).ShouldBe(tunnel);
    }

    [Fact]
    public async Task A_node_that_was_not_seen_yet_is_waited_for_for_two_seconds()
    {
        var waiting = WaitAsync();
        _time.Advance(OpenTunnels.FirstDialTime - Moment);
        waiting.IsCompleted.ShouldBeFalse();
        _time.Advance(Moment);
        (await waiting).ShouldBeNull();
    }

    [Fact]
    public async Task A_node_that_has_left_is_waited_for_for_twenty_seconds_from_then()
    {
        using (var tunnel = Open())
            _open.Remove(tunnel).ShouldBeTrue();
        _time.Advance(OpenTunnels.RedialTime - Moment);
        var waiting = WaitAsync();
        waiting.IsCompleted.ShouldBeFalse();
        _time.Advance(Moment);
        (await waiting).ShouldBeNull();
        (await WaitAsync()).ShouldBeNull("one that stays away longer keeps nobody waiting");
    }

    [Fact]
    public async Task A_node_that_says_that_it_goes_away_is_waited_for_like_one_that_has_left()
    {
        using var going = Open();
        going.Dispose();
        var waiting = WaitAsync();
        _time.Advance(OpenTunnels.FirstDialTime * 2);
        waiting.IsCompleted.ShouldBeFalse();
        using var next = Open();
        (await waiting).ShouldBe(next);
    }

    [Fact]
    public async Task A_node_that_leaves_while_it_is_waited_for_is_waited_for_longer()
    {
        var waiting = WaitAsync();
        _time.Advance(OpenTunnels.FirstDialTime - Moment);
        using (var tunnel = new Tunnel(Node, Stream.Null) { NodeKey = 1 })
        {
            tunnel.Dispose();
            _open.Add(tunnel);
            _open.Remove(tunnel);
        }

        _time.Advance(OpenTunnels.FirstDialTime);
        waiting.IsCompleted.ShouldBeFalse();
        using var next = Open();
        (await waiting).ShouldBe(next);
    }

    [Fact]
    public async Task Whoever_may_find_the_node_elsewhere_looks_there_from_time_to_time()
    {
        var waiting = _open.WaitAsync(Node, _time.GetTimestamp(), Moment, Cancelled).AsTask();
        _time.Advance(Moment);
        (await waiting).ShouldBeTrue("it is worth waiting on");
    }

    [Fact]
    public async Task Whoever_waits_longest_is_told_although_others_gave_up()
    {
        var first = WaitAsync();
        _time.Advance(Moment);
        var second = WaitAsync();
        _time.Advance(OpenTunnels.FirstDialTime - Moment);
        (await first).ShouldBeNull();
        using var tunnel = Open();
        (await second).ShouldBe(tunnel);
    }

    [Fact]
    public async Task Whoever_goes_away_stops_waiting()
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var waiting = _open.WaitAsync(Node, _time.GetTimestamp(), LongWait, gone.Token).AsTask();
        await gone.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(waiting);
    }

    [Fact]
    public void The_tunnel_before_drains_and_its_end_is_not_the_end_of_its_node()
    {
        using var before = Open();
        using var newest = Open();
        _open.Remove(before).ShouldBeFalse();
        _open.Find(Node).ShouldBe(newest);
        _open.Nodes.ShouldBe([Node]);
    }

    private Tunnel Open()
    {
        var tunnel = new Tunnel(Node, Stream.Null) { NodeKey = 1 };
        _open.Add(tunnel);
        return tunnel;
    }

    private async Task<Tunnel?> WaitAsync()
    {
        var since = _time.GetTimestamp();
        while (_open.Find(Node) is null && await _open.WaitAsync(Node, since, LongWait, Cancelled))
        {
        }
        return _open.Find(Node);
    }
}
