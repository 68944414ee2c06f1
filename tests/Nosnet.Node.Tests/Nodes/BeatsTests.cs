namespace Nosnet.Node.Tests;

public sealed class BeatsTests
{
    [Fact]
    public void A_node_that_runs_something_beats_at_every_tick() => Beats.IsDue(ticks: 1, isIdle: false, wasAnswered: true).ShouldBeTrue();

    [Fact]
    public void An_idle_node_beats_at_every_other_tick()
    {
        Beats.IsDue(ticks: 1, isIdle: true, wasAnswered: true).ShouldBeFalse();
        Beats.IsDue(ticks: 2, isIdle: true, wasAnswered: true).ShouldBeTrue();
    }

    [Fact]
    public void A_beat_without_an_answer_is_followed_by_another_at_the_next_tick() => Beats.IsDue(ticks: 1, isIdle: true, wasAnswered: false).ShouldBeTrue();

    [Fact]
    public void An_idle_node_whose_beat_is_lost_keeps_its_lease() => (Beats.Tick * 3).ShouldBeLessThan(TimeSpan.FromSeconds(20), "the server's Leases.Length");
}
