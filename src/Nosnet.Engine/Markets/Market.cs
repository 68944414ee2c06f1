using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>A market: a price and a kind of hardware, with a queue.</summary>
public sealed record Market
{
    public required long Key { get; init; }
    public required MarketAddress Address { get; init; }
    public required string Slug { get; init; }
    public required string Name { get; init; }
    public required Credits RewardPerHour { get; init; }

    /// <summary>The network's fee on top of the reward, in hundredths of a percent.</summary>
    public required int FeeBasisPoints { get; init; }

    public required long MaxTimeoutSeconds { get; init; }
    public required long QueueExpirySeconds { get; init; }
    public IReadOnlyList<string> GpuTypes { get; init; } = [];
    public IReadOnlyList<string> RequiredImages { get; init; } = [];
    public bool Open { get; init; } = true;

    public Credits PricePerHour => Pricing.PerHour(RewardPerHour, FeeBasisPoints);
}
