using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>A vault: credits of the account that are kept apart, to pay for certain deployments.</summary>
public sealed record Vault
{
    /// <summary>Its address; the account's own for its own balance.</summary>
    public required AccountAddress Address { get; init; }

    /// <summary>The account that owns it.</summary>
    public AccountAddress? Owner { get; init; }

    /// <summary>Its name; empty for the account's own balance.</summary>
    public string Name { get; init; } = "";

    /// <summary>What can be spent; null where the network does not say.</summary>
    public Credits? Available { get; init; }

    /// <summary>What is held for jobs that have not ended; null where the network does not say.</summary>
    public Credits? Reserved { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>The answer as it came.</summary>
    public JsonElement Json { get; init; }
}
