using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>An API key as the store keeps it: its hash, never the key.</summary>
public sealed record ApiKey
{
    public required long Key { get; init; }

    /// <summary>The SHA-256 of the whole key text.</summary>
    public required Bytes32 Hash { get; init; }

    public required long Account { get; init; }
    public required string Name { get; init; }
    public required IReadOnlyList<string> Scopes { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Whether there is a <see cref="Budget"/> of it: it has or had caps.</summary>
    public bool HasBudget { get; init; }

    public bool IsValid(DateTimeOffset now) => ExpiresAt is not { } end || now < end;
}
