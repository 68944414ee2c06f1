namespace Nosnet.Protocol;

/// <summary>An account as its network's operator sees it. All amounts in USD.</summary>
public sealed record AccountView
{
    /// <summary>Its address.</summary>
    public required AccountAddress Account { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary><c>network</c>, <c>operator</c>, <c>user</c> or <c>node</c>.</summary>
    public required string Role { get; init; }

    /// <summary>Since when it is there.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>What it can spend.</summary>
    public required Credits AvailableCredits { get; init; }

    /// <summary>What is held for its jobs that have not ended.</summary>
    public required Credits ReservedCredits { get; init; }

    /// <summary>What its ended jobs have cost.</summary>
    public required Credits SettledCredits { get; init; }

    /// <summary>What it has earned: a node by running jobs, the network by its fee.</summary>
    public required Credits EarnedCredits { get; init; }

    /// <summary>How many jobs it has posted.</summary>
    public required long Jobs { get; init; }
}

/// <summary><c>GET /api/accounts</c>, for the operator. Vaults are not on it: they belong to accounts.</summary>
/// <param name="Accounts">The accounts, oldest first.</param>
/// <param name="NextCursor">What to pass as <c>cursor</c> for the next page; null on the last.</param>
public sealed record AccountPage(IReadOnlyList<AccountView> Accounts, string? NextCursor);
