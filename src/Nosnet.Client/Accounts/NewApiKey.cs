using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>An API key to be made.</summary>
/// <param name="Name">What it is for, 1 to 100 characters.</param>
public sealed record NewApiKey(string Name)
{
    /// <summary>After how long it stops working; never unless told.</summary>
    public TimeSpan? ExpiresIn { get; init; }

    /// <summary>What it may do, see <see cref="Protocol.Scopes"/>; all that the calling key may do unless told.</summary>
    public IReadOnlyList<string>? Scopes { get; init; }

    /// <summary>For the operator of a Nosnet network: the name of a new account to which the key shall belong.</summary>
    public string? NewAccount { get; init; }

    /// <summary>For the operator of a Nosnet network: the account to which the key shall belong.</summary>
    public AccountAddress? Account { get; init; }

    /// <summary>The most that jobs posted with it may hold and spend; no caps unless told. Nosnet networks only.</summary>
    public SpendingCaps? Caps { get; init; }

    internal CreateApiKeyRequest ToRequest() => new()
    {
        Name = Name,
        ExpiresIn = ExpiresIn?.WholeSeconds(nameof(ExpiresIn)),
        Scopes = Scopes,
        NewAccount = NewAccount,
        Account = Account?.ToString(),
        Caps = Caps,
    };
}
