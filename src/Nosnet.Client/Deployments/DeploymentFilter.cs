using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>Which of the account's deployments to list; all unless told.</summary>
public sealed record DeploymentFilter
{
    /// <summary>Only those whose address or name holds this text.</summary>
    public string? Search { get; init; }

    /// <summary>Only those of exactly this name.</summary>
    public string? Name { get; init; }

    /// <summary>Only those in one of these states.</summary>
    public IReadOnlyList<DeploymentStatus> Statuses { get; init; } = [];

    /// <summary>Only those of one of these strategies.</summary>
    public IReadOnlyList<DeploymentStrategy> Strategies { get; init; } = [];

    /// <summary>Only those that this vault pays for.</summary>
    public AccountAddress? Vault { get; init; }

    /// <summary>Whether the oldest come first.</summary>
    public bool OldestFirst { get; init; }

    /// <summary>How many are fetched at once, 10, 20, 50 or 100; the network chooses unless told.</summary>
    public int? PageSize { get; init; }

    internal string? StatusWords => Statuses.Count == 0 ? null : string.Join(',', Statuses.Select(s => JsonSerializer.SerializeToElement(s, WireJson.Writing.DeploymentStatus).GetString()));

    internal string? StrategyWords => Strategies.Count == 0 ? null : string.Join(',', Strategies.Select(s => JsonSerializer.SerializeToElement(s, WireJson.Writing.DeploymentStrategy).GetString()));
}
