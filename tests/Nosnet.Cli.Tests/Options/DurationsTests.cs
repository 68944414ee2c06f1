using CsCheck;

namespace Nosnet.Cli.Tests;

public sealed class DurationsTests
{
    [Theory]
    [InlineData("90s", 90)]
    [InlineData("60m", 3600)]
    [InlineData("2h", 7200)]
    [InlineData("1h30m", 5400)]
    [InlineData("1d", 86400)]
    [InlineData("1d2h3m4s", 93784)]
    [InlineData("1.5h", 5400)]
    [InlineData("5", 300)]
    [InlineData("0.5", 30)]
    [InlineData(" 10m ", 600)]
    public void A_duration_has_units_and_a_bare_number_is_minutes(string text, double seconds)
    {
        Durations.TryParse(text, out var duration).ShouldBeTrue();
        duration.TotalSeconds.ShouldBe(seconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("0s")]
    [InlineData("-5m")]
    [InlineData("5x")]
    [InlineData("m")]
    [InlineData("30m1h")]
    [InlineData("1h 30m")]
    [InlineData("1e3")]
    [InlineData("1,5h")]
    [InlineData("99999999999h")]
    [InlineData("999999999d")]
    public void What_is_no_duration_is_refused(string text) => Durations.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData(0.25, "0.25s")]
    [InlineData(59.9, "59.9s")]
    [InlineData(90, "1m30s")]
    [InlineData(3600, "1h")]
    [InlineData(3661, "1h1m")]
    [InlineData(93784, "1d2h")]
    public void A_duration_is_shown_in_its_two_largest_units(double seconds, string text) =>
        Durations.Format(TimeSpan.FromSeconds(seconds)).ShouldBe(text);

    [Fact]
    public void A_limit_is_shown_to_the_second_and_can_be_typed_again() =>
        Gen.Int[1, 400 * 86_400].Sample(seconds =>
        {
            Durations.TryParse(Durations.Exactly(TimeSpan.FromSeconds(seconds)), out var again).ShouldBeTrue();
            again.ShouldBe(TimeSpan.FromSeconds(seconds));
        });

    [Fact]
    public void What_is_shown_of_whole_minutes_below_a_day_can_be_typed_again() =>
        Gen.Int[1, 24 * 60 - 1].Sample(minutes =>
        {
            Durations.TryParse(Durations.Format(TimeSpan.FromMinutes(minutes)), out var again).ShouldBeTrue();
            again.ShouldBe(TimeSpan.FromMinutes(minutes));
        });
}
