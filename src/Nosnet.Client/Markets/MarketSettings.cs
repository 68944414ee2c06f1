using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>What an operator says of a market. To open one, short name and reward are needed; to change one, only what changes.</summary>
public sealed record MarketSettings
{
    /// <summary>The address, when opening; made by the network unless told.</summary>
    public MarketAddress? Address { get; init; }

    /// <summary>The short name: 1 to 60 of a–z, 0–9 and dashes.</summary>
    public string? Slug { get; init; }

    /// <summary>The name; the short name unless told.</summary>
    public string? Name { get; init; }

    /// <summary>The node's reward in USD per hour, 0 or more.</summary>
    public Credits? RewardPerHour { get; init; }

    /// <summary>What the network adds, in percent, 0 to 100 with at most two decimals; 10 unless told.</summary>
    public decimal? NetworkFeePercentage { get; init; }

    /// <summary>The longest timeout of a job; a day unless told.</summary>
    public TimeSpan? MaxTimeout { get; init; }

    /// <summary>How long a job may wait; a day unless told.</summary>
    public TimeSpan? QueueExpiry { get; init; }

    /// <summary>The hardware, as people should see it.</summary>
    public IReadOnlyList<string>? GpuTypes { get; init; }

    /// <summary>Images that its nodes hold ready.</summary>
    public IReadOnlyList<string>? RequiredImages { get; init; }

    /// <summary>Whether it takes new jobs; true unless told. True opens one again that was closed.</summary>
    public bool? Open { get; init; }

    internal MarketRequest ToRequest() => new()
    {
        Address = Address?.ToString(),
        Slug = Slug,
        Name = Name,
        UsdRewardPerHour = RewardPerHour,
        NetworkFeePercentage = NetworkFeePercentage,
        MaxTimeoutSeconds = MaxTimeout?.WholeSeconds(nameof(MaxTimeout)),
        QueueExpirySeconds = QueueExpiry?.WholeSeconds(nameof(QueueExpiry)),
        GpuTypes = GpuTypes,
        RequiredImages = RequiredImages,
        Open = Open,
    };
}
