namespace Nosnet.Node.Tests;

public sealed class DiskPaceTests
{
    private const long MiB = 1024 * 1024;

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    [Fact]
    public void A_disk_that_does_not_grow_is_looked_at_seldom() =>
        DiskPace.Next(left: 100 * MiB, grown: 0, Seconds(1), Seconds(0.01)).ShouldBe(DiskPace.Longest);

    [Fact]
    public void The_next_look_comes_before_the_quota_can_be_full() =>
        DiskPace.Next(left: 100 * MiB, grown: 50 * MiB, Seconds(1), Seconds(0.01)).ShouldBe(Seconds(1));

    [Fact]
    public void Looks_do_not_come_at_once_however_near_the_quota_is() =>
        DiskPace.Next(left: 0, grown: 50 * MiB, Seconds(1), Seconds(0.001)).ShouldBe(DiskPace.Shortest);

    [Fact]
    public void Looks_that_take_long_leave_long_pauses() =>
        DiskPace.Next(left: 0, grown: 50 * MiB, Seconds(1), Seconds(2)).ShouldBe(Seconds(40));

    [Fact]
    public void What_du_says_is_added_up() =>
        DiskUsage.Parse("12\t/a\n4\t/b with\ttab\nodd\n").ShouldBe(16 * 1024);

    [Fact]
    public void Where_du_says_nothing_nothing_is_known() => DiskUsage.Parse("").ShouldBeNull();

    [Fact]
    public void Some_of_the_disk_is_left() => DiskUsage.Left("/").ShouldBeInRange(0.000001, 0.999999);
}
