using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>An API key.</summary>
public sealed record ApiKey
{
    /// <summary>Its id, by which it is removed.</summary>
    public required string Id { get; init; }

    /// <summary>What it is for.</summary>
    public required string Name { get; init; }

    /// <summary>The key itself, <c>nos_…</c>: only in the answer that made it. A Nosnet network never shows it again.</summary>
    public string? Key { get; init; }

    /// <summary>The account it belongs to; null where the network does not say.</summary>
    public AccountAddress? Account { get; init; }

    /// <summary><c>active</c>, <c>disabled</c> or <c>expired</c>.</summary>
    public string? Status { get; init; }

    /// <summary>What it may do, see <see cref="Protocol.Scopes"/>.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>When it was made.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When it stops working; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The most that jobs posted with it may hold and spend; null where it has no caps.</summary>
    public SpendingCaps? Caps { get; init; }

    /// <summary>The answer as it came.</summary>
    public JsonElement Json { get; init; }

    /// <summary>Shows everything but the key, which does not belong into logs.</summary>
    public override string ToString() => $"API key {Id} ({Name})";

    internal static ApiKey? Read(WireObject wire) => (wire.Text("id") ?? wire.Integer("id")?.ToString(null, null)) is not { } id ? null : new ApiKey
    {
        Id = id,
        Name = wire.Text("name") ?? "",
        Key = wire.Text("key"),
        Account = wire.Address<AccountAddress>("account"),
        Status = wire.Text("status"),
        Scopes = wire.Texts("scopes"),
        CreatedAt = wire.Moment("createdAt"),
        ExpiresAt = wire.Moment("expiresAt"),
        Caps = wire.Object("caps") is { } caps
            ? new SpendingCaps { MaxReservedUsd = caps.Amount("maxReservedUsd"), MaxPerDayUsd = caps.Amount("maxPerDayUsd"), MaxPerJobUsd = caps.Amount("maxPerJobUsd") }
            : null,
        Json = wire.Json,
    };
}
