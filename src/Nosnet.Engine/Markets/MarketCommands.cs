using System.Text.RegularExpressions;
using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>What an operator may say of a market; null leaves it as it is, or takes the default for a new one.</summary>
public sealed record MarketTerms
{
    public string? Slug { get; init; }
    public string? Name { get; init; }
    public Credits? RewardPerHour { get; init; }
    public int? FeeBasisPoints { get; init; }
    public long? MaxTimeoutSeconds { get; init; }
    public long? QueueExpirySeconds { get; init; }
    public IReadOnlyList<string>? GpuTypes { get; init; }
    public IReadOnlyList<string>? RequiredImages { get; init; }
    public bool? Open { get; init; }
}

/// <summary>Opens a market.</summary>
public sealed record OpenMarket(MarketAddress? Address, MarketTerms Terms) : Command<Market>
{
    public const int DefaultFeeBasisPoints = 1_000;
    public const long DefaultMaxTimeoutSeconds = 86_400;
    public const long DefaultQueueExpirySeconds = 86_400;

    public override Outcome<Market> Decide(Draft draft)
    {
        if (Terms.Slug is null || Terms.RewardPerHour is null)
            return new Refusal(ErrorCode.InvalidParameter, "A new market needs a slug and usdRewardPerHour.");
        var address = Address ?? draft.Addresses.Market(draft.Next.Market);
        if (draft.Market(address) is not null)
            return new Refusal(ErrorCode.NameTaken, $"There is already a market {address}.");
        var market = MarketRules.Apply(Terms, new Market
        {
            Key = draft.Next.Market,
            Address = address,
            Slug = Terms.Slug,
            Name = Terms.Name ?? Terms.Slug,
            RewardPerHour = Terms.RewardPerHour.Value,
            FeeBasisPoints = DefaultFeeBasisPoints,
            MaxTimeoutSeconds = DefaultMaxTimeoutSeconds,
            QueueExpirySeconds = DefaultQueueExpirySeconds,
        });
        if (MarketRules.Check(draft, market) is { } refusal)
            return refusal;
        draft.Put(market);
        draft.Record(new Entry { Kind = EntryKind.MarketOpened, Subject = market.Key });
        return market;
    }
}

/// <summary>Changes a market. Jobs that were posted before keep their price.</summary>
public sealed record ChangeMarket(MarketAddress Address, MarketTerms Terms) : Command<Market>
{
    public override Outcome<Market> Decide(Draft draft)
    {
        if (draft.Market(Address) is not { } market)
            return new Refusal(ErrorCode.MarketNotFound, $"There is no market {Address}. GET /api/markets lists those of this network.");
        var changed = MarketRules.Apply(Terms, market);
        if (MarketRules.Check(draft, changed) is { } refusal)
            return refusal;
        draft.Put(changed);
        draft.Record(new Entry { Kind = EntryKind.MarketChanged, Subject = market.Key });
        return changed;
    }
}

internal static partial class MarketRules
{
    private static readonly Credits MostRewardPerHour = Credits.FromUsd(100_000);
    private const long MostSeconds = 10L * 365 * 86_400;

    public static Market Apply(MarketTerms terms, Market market) => market with
    {
        Slug = terms.Slug ?? market.Slug,
        Name = terms.Name ?? market.Name,
        RewardPerHour = terms.RewardPerHour ?? market.RewardPerHour,
        FeeBasisPoints = terms.FeeBasisPoints ?? market.FeeBasisPoints,
        MaxTimeoutSeconds = terms.MaxTimeoutSeconds ?? market.MaxTimeoutSeconds,
        QueueExpirySeconds = terms.QueueExpirySeconds ?? market.QueueExpirySeconds,
        GpuTypes = terms.GpuTypes ?? market.GpuTypes,
        RequiredImages = terms.RequiredImages ?? market.RequiredImages,
        Open = terms.Open ?? market.Open,
    };

    public static Refusal? Check(Draft draft, Market market)
    {
        if (!Slugs().IsMatch(market.Slug))
            return Invalid("A slug is 1 to 60 lower-case letters, digits and dashes, and begins with a letter or digit.");
        if (draft.Markets.Any(m => m.Slug == market.Slug && m.Key != market.Key))
            return new Refusal(ErrorCode.NameTaken, $"There is already a market with the slug {market.Slug}. Choose another slug.");
        if (market.Name.Length is 0 or > 100)
            return Invalid("A market's name has 1 to 100 characters.");
        if (market.RewardPerHour < Credits.Zero || market.RewardPerHour > MostRewardPerHour)
            return Invalid($"usdRewardPerHour lies between $0 and {MostRewardPerHour}.");
        if (market.FeeBasisPoints is < 0 or > 10_000)
            return Invalid("networkFeePercentage lies between 0 and 100 and has at most two decimals.");
        if (market.MaxTimeoutSeconds is < 1 or > MostSeconds || market.QueueExpirySeconds is < 1 or > MostSeconds)
            return Invalid($"maxTimeoutSeconds and queueExpirySeconds lie between 1 and {MostSeconds}.");
        if (market.GpuTypes.Count > 100 || market.RequiredImages.Count > 100 || market.GpuTypes.Concat(market.RequiredImages).Any(t => t.Length is 0 or > 300))
            return Invalid("gpuTypes and requiredImages each hold at most 100 texts of 1 to 300 characters.");
        return null;
    }

    private static Refusal Invalid(string sentence) => new(ErrorCode.InvalidParameter, sentence);

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,59}$", RegexOptions.NonBacktracking)]
    private static partial Regex Slugs();
}
