using System.Text.Json;
using CsCheck;

namespace Nosnet.Protocol.Tests;

public sealed class CreditsTests
{
    private const long Limit = 9_200_000_000L * Credits.NanoPerCredit;

    private static readonly Gen<Credits> Amounts = Gen.Long[-Limit, Limit].Select(nano => new Credits(nano));

    [Fact]
    public void An_amount_comes_back_from_USD_and_from_JSON() => Amounts.Sample(amount =>
    {
        Credits.FromUsd(amount.Usd).ShouldBe(amount);
        FromJson(ToJson(amount)).ShouldBe(amount);
    });

    [Fact]
    public void Adding_and_taking_away_are_exact() => Gen.Select(Gen.Long[-Limit / 2, Limit / 2], Gen.Long[-Limit / 2, Limit / 2]).Sample((a, b) =>
    {
        var (first, second) = (new Credits(a), new Credits(b));
        (first + second - second).ShouldBe(first);
        (first - first).ShouldBe(Credits.Zero);
        (-first).ShouldBe(Credits.Zero - first);
        (first + second).Usd.ShouldBe(first.Usd + second.Usd);
    });

    [Fact]
    public void Amounts_are_ordered_as_their_numbers_are() => Gen.Select(Amounts, Amounts).Sample((a, b) =>
    {
        (a < b).ShouldBe(a.Nano < b.Nano);
        (a > b).ShouldBe(a.Nano > b.Nano);
        (a <= b).ShouldBe(a.Nano <= b.Nano);
        (a >= b).ShouldBe(a.Nano >= b.Nano);
        Math.Sign(a.CompareTo(b)).ShouldBe(Math.Sign(a.Nano.CompareTo(b.Nano)));
    });

    [Fact]
    public void An_overflow_throws_and_never_wraps()
    {
        Should.Throw<OverflowException>(() => new Credits(long.MaxValue) + new Credits(1));
        Should.Throw<OverflowException>(() => new Credits(long.MinValue) - new Credits(1));
        Should.Throw<OverflowException>(() => -new Credits(long.MinValue));
    }

    [Theory]
    [InlineData("0.0000000001")]
    [InlineData("9200000000.000000001")]
    [InlineData("-9200000000.000000001")]
    public void An_amount_that_is_too_fine_or_too_large_is_refused(string usd)
    {
        var amount = decimal.Parse(usd, System.Globalization.CultureInfo.InvariantCulture);

        Credits.TryFromUsd(amount, out _).ShouldBeFalse();
        Should.Throw<ArgumentOutOfRangeException>(() => Credits.FromUsd(amount));
        Should.Throw<JsonException>(() => FromJson(usd));
    }

    [Theory]
    [InlineData(0, "$0.000")]
    [InlineData(48_000_000, "$0.048")]
    [InlineData(1_234_567_890, "$1.23456789")]
    [InlineData(1, "$0.000000001")]
    [InlineData(-2_500_000_000, "-$2.500")]
    public void An_amount_shows_as_official_messages_write_it(long nano, string text) => new Credits(nano).ToString().ShouldBe(text);

    [Theory]
    [InlineData("0.048", 48_000_000)]
    [InlineData("1e-3", 1_000_000)]
    [InlineData("100", 100_000_000_000)]
    [InlineData("-0.5", -500_000_000)]
    public void JSON_numbers_in_USD_are_read(string json, long nano) => FromJson(json).ShouldBe(new Credits(nano));

    [Theory]
    [InlineData("\"1\"")]
    [InlineData("null")]
    [InlineData("1e99")]
    public void Other_JSON_is_refused(string json) => Should.Throw<JsonException>(() => FromJson(json));

#pragma warning disable IL2026, IL3050 // a test may look at converters by reflection
    private static string ToJson(Credits value) => JsonSerializer.Serialize(value);

    private static Credits FromJson(string json) => JsonSerializer.Deserialize<Credits>(json);
#pragma warning restore IL2026, IL3050
}
