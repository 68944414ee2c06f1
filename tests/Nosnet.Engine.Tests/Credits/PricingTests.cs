using CsCheck;
using Nosnet.Protocol;

namespace Nosnet.Engine.Tests;

public sealed class PricingTests
{
    [Fact]
    public void The_price_is_the_reward_and_the_fee_on_top_rounded_up() =>
        Pricing.PerHour(new Credits(101), 1_000).ShouldBe(new Credits(112)); // 111.1

    [Fact]
    public void A_reservation_that_no_account_could_hold_is_refused() =>
        Pricing.TryReservation(new Credits(long.MaxValue), long.MaxValue, out _).ShouldBeFalse();

    [Fact]
    public void A_settlement_is_within_the_reservation_and_loses_nothing_between_node_and_network() =>
        Gen.Select(Gen.Long[0, 100_000_000_000_000], Gen.Int[0, 10_000], Gen.Long[0, 200_000_000], Gen.Long[1, 100_000]).Sample((reward, fee, ranMs, timeout) =>
        {
            var price = Pricing.PerHour(new Credits(reward), fee);
            Pricing.TryReservation(price, timeout, out var reserved).ShouldBeTrue();
            var cost = Pricing.Settle(price, fee, TimeSpan.FromMilliseconds(ranMs), reserved);
            return cost.Total <= reserved && cost.Reward >= Credits.Zero && cost.Fee >= Credits.Zero;
        });

    [Fact]
    public void Postings_that_do_not_sum_to_zero_cannot_be_constructed() =>
        Should.Throw<InvalidOperationException>(() => Postings.Of(new Posting(1, Bucket.Available, new Credits(1)), new Posting(2, Bucket.Available, new Credits(-2))));
}
