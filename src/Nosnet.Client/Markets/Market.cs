using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>A market: a price, a kind of hardware, and a queue.</summary>
public sealed record Market
{
    /// <summary>Its address.</summary>
    public required MarketAddress Address { get; init; }

    /// <summary>Its short name.</summary>
    public required string Slug { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary><c>PREMIUM</c>, <c>COMMUNITY</c> or <c>OTHER</c>. On the Nosana network credits pay in premium markets only.</summary>
    public string? Type { get; init; }

    /// <summary>The node's reward in USD per hour; null where the network names none.</summary>
    public Credits? RewardPerHour { get; init; }

    /// <summary>What the network adds to the reward, in percent.</summary>
    public decimal? NetworkFeePercentage { get; init; }

    /// <summary>What a job costs in USD per hour, the network's fee included; null where the network names no reward.</summary>
    public Credits? PricePerHour { get; init; }

    /// <summary>The hardware.</summary>
    public IReadOnlyList<string> GpuTypes { get; init; } = [];

    /// <summary>Images that its nodes hold ready.</summary>
    public IReadOnlyList<string> RequiredImages { get; init; } = [];

    /// <summary>The longest timeout of a job; null where the network does not say.</summary>
    public TimeSpan? MaxTimeout { get; init; }

    /// <summary>How long a job may wait; null where the network does not say.</summary>
    public TimeSpan? QueueExpiry { get; init; }

    /// <summary>Whether it takes new jobs.</summary>
    public required bool Open { get; init; }

    /// <summary>How many jobs wait; null where the network does not say.</summary>
    public int? QueuedJobs { get; init; }

    /// <summary>How many jobs run; null where the network does not say.</summary>
    public int? RunningJobs { get; init; }

    /// <summary>How many nodes wait for a job; null where the network does not say.</summary>
    public int? FreeNodes { get; init; }

    /// <summary>The answer as it came, with fields that have no property here.</summary>
    public JsonElement Json { get; init; }

    internal static Market? Read(WireObject wire)
    {
        if (wire.Address<MarketAddress>("address") is not { } address)
            return null;
        var reward = wire.Amount("usd_reward_per_hour");
        var fee = wire.Number("network_fee_percentage");
        return new Market
        {
            Address = address,
            Slug = wire.Text("slug") ?? address.ToString(),
            Name = wire.Text("name") ?? wire.Text("slug") ?? address.ToString(),
            Type = wire.Text("type"),
            RewardPerHour = reward,
            NetworkFeePercentage = fee,
            PricePerHour = wire.Amount("price_per_hour") ?? Price(reward, fee),
            GpuTypes = wire.Texts("gpu_types"),
            RequiredImages = wire.Texts("required_images"),
            MaxTimeout = wire.Seconds("max_timeout_seconds"),
            QueueExpiry = wire.Seconds("queue_expiry_seconds"),
            Open = wire.Flag("open") ?? true,
            QueuedJobs = wire.Count("queued_jobs"),
            RunningJobs = wire.Count("running_jobs"),
            FreeNodes = wire.Count("free_nodes"),
            Json = wire.Json,
        };
    }

    /// <summary>Reward and fee, rounded up to the nano-dollar.</summary>
    private static Credits? Price(Credits? reward, decimal? fee) =>
        reward is { } usd && fee is >= 0 and <= 1000 and { } percent
        && Credits.TryFromUsd(decimal.Ceiling(usd.Nano * (1 + percent / 100)) / Credits.NanoPerCredit, out var price)
            ? price
            : null;
}
