using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary>A market as the official API shows it (snake_case), with our queue figures added.</summary>
public sealed record MarketView
{
    /// <summary>Its address.</summary>
    [JsonPropertyName("address")] public required MarketAddress Address { get; init; }

    /// <summary>Its short name, unique; accepted wherever a market's address is.</summary>
    [JsonPropertyName("slug")] public required string Slug { get; init; }

    /// <summary>Its name.</summary>
    [JsonPropertyName("name")] public required string Name { get; init; }

    /// <summary>Always empty: there are no access tokens here.</summary>
    [JsonPropertyName("sft")] public string Sft { get; init; } = "";

    /// <summary>Always <c>PREMIUM</c>: credits pay in every market.</summary>
    [JsonPropertyName("type")] public string Type { get; init; } = "PREMIUM";

    /// <summary>The node's reward in USD per hour.</summary>
    [JsonPropertyName("usd_reward_per_hour")] public required Credits UsdRewardPerHour { get; init; }

    /// <summary>Always 0: nothing is paid in tokens here.</summary>
    [JsonPropertyName("nos_reward_per_second")] public decimal NosRewardPerSecond { get; init; }

    /// <summary>Always 0: nothing is paid in tokens here.</summary>
    [JsonPropertyName("nos_job_price_per_second")] public decimal NosJobPricePerSecond { get; init; }

    /// <summary>What the network adds to the reward, in percent.</summary>
    [JsonPropertyName("network_fee_percentage")] public required decimal NetworkFeePercentage { get; init; }

    /// <summary>Always null.</summary>
    [JsonPropertyName("premium_community_relation")] public string? PremiumCommunityRelation { get; init; }

    /// <summary>The hardware, as the operator names it.</summary>
    [JsonPropertyName("gpu_types")] public IReadOnlyList<string> GpuTypes { get; init; } = [];

    /// <summary>Images that its nodes hold ready.</summary>
    [JsonPropertyName("required_images")] public IReadOnlyList<string> RequiredImages { get; init; } = [];

    /// <summary>Remote resources that its nodes hold ready.</summary>
    [JsonPropertyName("required_remote_resources")] public IReadOnlyList<string> RequiredRemoteResources { get; init; } = [];

    /// <summary>Always false.</summary>
    [JsonPropertyName("client")] public bool Client { get; init; }

    /// <summary>Ours: what a job costs in USD per hour, fee included.</summary>
    [JsonPropertyName("price_per_hour")] public required Credits PricePerHour { get; init; }

    /// <summary>Ours: the longest timeout of a job, in seconds.</summary>
    [JsonPropertyName("max_timeout_seconds")] public required long MaxTimeoutSeconds { get; init; }

    /// <summary>Ours: how long a job may wait, in seconds.</summary>
    [JsonPropertyName("queue_expiry_seconds")] public required long QueueExpirySeconds { get; init; }

    /// <summary>Ours: whether it takes new jobs.</summary>
    [JsonPropertyName("open")] public required bool Open { get; init; }

    /// <summary>Ours: how many jobs wait.</summary>
    [JsonPropertyName("queued_jobs")] public required int QueuedJobs { get; init; }

    /// <summary>Ours: how many jobs run.</summary>
    [JsonPropertyName("running_jobs")] public required int RunningJobs { get; init; }

    /// <summary>Ours: how many nodes wait for a job.</summary>
    [JsonPropertyName("free_nodes")] public required int FreeNodes { get; init; }
}

/// <summary><c>GET /api/markets/{id}/required-resources</c>.</summary>
public sealed record RequiredResources
{
    /// <summary>Images that its nodes hold ready.</summary>
    [JsonPropertyName("required_images")] public required IReadOnlyList<string> RequiredImages { get; init; }

    /// <summary>Remote resources that its nodes hold ready.</summary>
    [JsonPropertyName("required_remote_resources")] public required IReadOnlyList<string> RequiredRemoteResources { get; init; }
}

/// <summary><c>POST /api/markets</c> (all fields but address are needed to open one) and <c>PATCH /api/markets/{id}</c> (only what changes), for the operator.</summary>
public sealed record MarketRequest
{
    /// <summary>The address; made by the network unless told.</summary>
    public string? Address { get; init; }

    /// <summary>The short name: 1 to 60 of a–z, 0–9 and dashes.</summary>
    public string? Slug { get; init; }

    /// <summary>The name; the slug unless told.</summary>
    public string? Name { get; init; }

    /// <summary>The node's reward in USD per hour, 0 or more.</summary>
    public Credits? UsdRewardPerHour { get; init; }

    /// <summary>What the network adds, in percent, 0 to 100 with at most two decimals; 10 unless told.</summary>
    public decimal? NetworkFeePercentage { get; init; }

    /// <summary>The longest timeout of a job, in seconds; 86,400 unless told.</summary>
    public long? MaxTimeoutSeconds { get; init; }

    /// <summary>How long a job may wait, in seconds; 86,400 unless told.</summary>
    public long? QueueExpirySeconds { get; init; }

    /// <summary>The hardware, as people should see it.</summary>
    public IReadOnlyList<string>? GpuTypes { get; init; }

    /// <summary>Images that its nodes hold ready.</summary>
    public IReadOnlyList<string>? RequiredImages { get; init; }

    /// <summary>Whether it takes new jobs; true unless told.</summary>
    public bool? Open { get; init; }
}
