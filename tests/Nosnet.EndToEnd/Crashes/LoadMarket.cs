using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.EndToEnd;

/// <summary>
/// The market of a load. A second costs the same whole number of nano-dollars in it, so that jobs of different timeouts are known by their
/// amounts, and a job may run for as long as they need to be different.
/// </summary>
internal static class LoadMarket
{
    public const string Slug = "load";

    /// <summary>What a second costs, the network's fee included.</summary>
    public static readonly Credits PerSecond = new(1_100_000);

    private static readonly TimeSpan Longest = TimeSpan.FromDays(3_000);

    public static Task OpenAsync(NosanaClient client, CancellationToken cancellation) => client.Markets.CreateAsync(
        new MarketSettings { Slug = Slug, RewardPerHour = Credits.FromUsd(3.6m), NetworkFeePercentage = 10, MaxTimeout = Longest, QueueExpiry = Longest }, cancellation);

    public static Credits PriceOf(long seconds) => new(PerSecond.Nano * seconds);
}
