using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary>A vault: credits of an account that are kept apart, to pay for certain deployments.</summary>
public sealed record VaultView
{
    /// <summary>Its address.</summary>
    [JsonPropertyName("vault")] public required AccountAddress Vault { get; init; }

    /// <summary>The account that owns it.</summary>
    [JsonPropertyName("owner")] public required AccountAddress Owner { get; init; }

    /// <summary>When it was made.</summary>
    [JsonPropertyName("created_at"), JsonConverter(typeof(UtcConverter))] public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Ours: its name; empty for the account's own balance.</summary>
    [JsonPropertyName("name")] public required string Name { get; init; }

    /// <summary>Ours: what can be spent, in USD.</summary>
    [JsonPropertyName("available")] public required Credits Available { get; init; }

    /// <summary>Ours: what is held for jobs that have not ended, in USD.</summary>
    [JsonPropertyName("reserved")] public required Credits Reserved { get; init; }
}

/// <summary><c>POST /api/deployments/vaults/create</c>; the body may be left out.</summary>
public sealed record CreateVaultRequest
{
    /// <summary>Ours: the name of a new vault, 1 to 100 characters. Without one the answer is the vault that there is by default.</summary>
    [JsonPropertyName("name")] public string? Name { get; init; }
}

/// <summary><c>POST /api/deployments/vaults/{vault}/topup</c>, ours: credits from the account's balance to the vault; and <c>…/withdraw</c>: back.</summary>
public sealed record MoveCreditsRequest
{
    /// <summary>How many, in USD, above 0; to withdraw, all that can be spent unless told.</summary>
    [JsonPropertyName("amount")] public Credits? Amount { get; init; }
}

/// <summary>The answer to moving credits to a vault or back.</summary>
public sealed record CreditsMoved
{
    /// <summary>The id of the change. Official clients read a transaction here that they then sign; there is none to sign.</summary>
    [JsonPropertyName("transaction")] public required string Transaction { get; init; }

    /// <summary>Ours: how many credits were moved, in USD.</summary>
    [JsonPropertyName("amount")] public required Credits Amount { get; init; }

    /// <summary>Ours: the vault after it.</summary>
    [JsonPropertyName("vault")] public required VaultView Vault { get; init; }
}
