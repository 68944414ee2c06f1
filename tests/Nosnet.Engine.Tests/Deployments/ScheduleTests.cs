using Nosnet.Protocol;

namespace Nosnet.Engine.Tests;

public sealed class ScheduleTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("0 9 * * MON", "2026-01-05T09:00Z")]
    [InlineData("0 9 * * 7", "2026-01-04T09:00Z")]
    [InlineData("*/5 * * * *", "2026-01-01T00:05Z")]
    [InlineData("0 0 29 2 *", "2028-02-29T00:00Z")]
    [InlineData(" 30  4 1 JUL * ", "2026-07-01T04:30Z")]
    public void A_schedule_has_five_fields_names_and_two_Sundays(string cron, string next) =>
        Read(cron).NextAfter(Now).ShouldBe(DateTimeOffset.Parse(next, System.Globalization.CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("a b c d e")]
    [InlineData("99 * * * *")]
    [InlineData("* * * *")]
    [InlineData("* * * * * *")]
    [InlineData("@daily")]
    [InlineData("")]
    public void What_cannot_be_read_is_refused(string cron)
    {
        Schedule.TryParse(cron, null, Now, out _, out var refusal).ShouldBeFalse();
        refusal!.Code.ShouldBe(ErrorCode.InvalidSchedule);
        refusal.Message.ShouldContain("cannot be read");
    }

    [Theory]
    [InlineData("0 0 31 2 *")]
    [InlineData("0 0 30 FEB *")]
    [InlineData("0 0 31 4,6,9,11 *")]
    public void What_never_comes_is_refused(string cron)
    {
        Schedule.TryParse(cron, null, Now, out _, out var refusal).ShouldBeFalse();
        refusal!.Message.ShouldContain("never comes");
    }

    [Fact]
    public void A_time_zone_that_is_none_is_refused()
    {
        Schedule.TryParse("0 0 * * *", "Europe/Nowhere", Now, out _, out var refusal).ShouldBeFalse();
        refusal!.Message.ShouldContain("time zone");
    }

    [Fact]
    public void The_hours_are_those_of_the_time_zone_on_both_sides_of_a_change_of_clocks()
    {
        var schedule = Read("0 9 * * *", "Europe/Berlin");

        // Put forward on 29 March and back on 25 October 2026.
        schedule.Next(At("2026-03-28T00:00Z"), 2).ShouldBe([At("2026-03-28T08:00Z"), At("2026-03-29T07:00Z")]);
        schedule.Next(At("2026-10-24T00:00Z"), 2).ShouldBe([At("2026-10-24T07:00Z"), At("2026-10-25T08:00Z")]);
    }

    [Fact]
    public void What_would_come_in_an_hour_that_is_skipped_comes_after_it_and_what_comes_in_one_that_is_repeated_comes_once()
    {
        var schedule = Read("30 2 * * *", "Europe/Berlin");

        schedule.Next(At("2026-03-28T12:00Z"), 2).ShouldBe([At("2026-03-29T01:00Z"), At("2026-03-30T00:30Z")]);
        schedule.Next(At("2026-10-24T12:00Z"), 2).ShouldBe([At("2026-10-25T00:30Z"), At("2026-10-26T01:30Z")]);
    }

    [Fact]
    public void What_comes_every_so_often_goes_on_through_a_repeated_hour() =>
        Read("*/30 * * * *", "Europe/Berlin").Next(At("2026-10-24T23:45Z"), 5).ShouldBe(
            [At("2026-10-25T00:00Z"), At("2026-10-25T00:30Z"), At("2026-10-25T01:00Z"), At("2026-10-25T01:30Z"), At("2026-10-25T02:00Z")]);

    private static Schedule Read(string cron, string? timeZone = null)
    {
        Schedule.TryParse(cron, timeZone, Now, out var schedule, out var refusal).ShouldBeTrue(refusal?.Message);
        return schedule!;
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
