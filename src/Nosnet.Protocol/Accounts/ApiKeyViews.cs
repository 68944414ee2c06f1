using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary>What an API key may do. A key without scopes listed has all of its account's.</summary>
public static class Scopes
{
#pragma warning disable CS1591 // the names say it; they are those of the official API but for the last three
    public const string CreditsRead = "credits:read";
    public const string JobsRead = "jobs:read";
    public const string JobsWrite = "jobs:write";
    public const string DeploymentsRead = "deployments:read";
    public const string DeploymentsWrite = "deployments:write";
    public const string ApiKeysManage = "api-keys:manage";
    public const string NodesRegister = "nodes:register";
    public const string SecretsManage = "secrets:manage";
#pragma warning restore CS1591

    /// <summary>Every scope.</summary>
    public static readonly IReadOnlyList<string> All =
        [CreditsRead, JobsRead, JobsWrite, DeploymentsRead, DeploymentsWrite, ApiKeysManage, NodesRegister, SecretsManage];
}

/// <summary><c>POST /api/api-keys</c>: makes an API key.</summary>
public sealed record CreateApiKeyRequest
{
    /// <summary>What it is for, 1 to 100 characters.</summary>
    public string? Name { get; init; }

    /// <summary>After how many seconds it stops working; never unless told.</summary>
    public long? ExpiresIn { get; init; }

    /// <summary>What it may do, see <see cref="Protocol.Scopes"/>; all that the calling key may do unless told.</summary>
    public IReadOnlyList<string>? Scopes { get; init; }

    /// <summary>For the operator: the name of a new account to which the key shall belong; the caller's own account unless told.</summary>
    public string? NewAccount { get; init; }

    /// <summary>
    /// For the operator: the address of the account to which the key shall belong. With <see cref="NewAccount"/>: that of the new account, the
    /// public key of a wallet, whose signature is then as good as a key where wallets may call.
    /// </summary>
    public string? Account { get; init; }

    /// <summary>The most that jobs posted with it may hold and spend; no caps unless told.</summary>
    public SpendingCaps? Caps { get; init; }
}

/// <summary>An API key as it is listed: never the key itself.</summary>
public record ApiKeyView
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>What it is for.</summary>
    public required string Name { get; init; }

    /// <summary>The account it belongs to.</summary>
    public required AccountAddress Account { get; init; }

    /// <summary><c>active</c>, <c>disabled</c> or <c>expired</c>.</summary>
    public required string Status { get; init; }

    /// <summary>What it may do.</summary>
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it stops working; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The most that jobs posted with it may hold and spend; absent where it has no caps.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SpendingCaps? Caps { get; init; }
}

/// <summary>The answer to <see cref="CreateApiKeyRequest"/>: the only time the key is shown.</summary>
public sealed record ApiKeyCreated : ApiKeyView
{
    /// <summary>The key: <c>nos_…</c>. The network keeps only its hash.</summary>
    public required string Key { get; init; }
}
