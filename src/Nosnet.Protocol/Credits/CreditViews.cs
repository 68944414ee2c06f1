namespace Nosnet.Protocol;

/// <summary><c>GET /api/credits/balance</c>. Available = assigned − reserved − settled. All in USD.</summary>
/// <param name="AssignedCredits">All that the account was ever given.</param>
/// <param name="ReservedCredits">What is held for jobs that have not ended.</param>
/// <param name="SettledCredits">What ended jobs have cost.</param>
public sealed record Balance(Credits AssignedCredits, Credits ReservedCredits, Credits SettledCredits)
{
    /// <summary>What can be spent.</summary>
    public Credits AvailableCredits => AssignedCredits - ReservedCredits - SettledCredits;
}

/// <summary>One movement of an account's credits, newest first in <c>GET /api/credits/transactions</c>.</summary>
public sealed record CreditMovement
{
    /// <summary>The id of the change.</summary>
    public required string Tx { get; init; }

    /// <summary>The official name: <c>manual_grant</c>, <c>job_debit</c> (reserved), <c>job_extend</c>, <c>job_settlement</c>, <c>job_refund</c> (all released), <c>node_reward</c>, or ours <c>vault_transfer</c>.</summary>
    public required string Type { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The change of what is available: negative where credits were held, positive where they came in or were released.</summary>
    public required Credits Amount { get; init; }

    /// <summary>What was settled, with <c>job_settlement</c>.</summary>
    public Credits? Settled { get; init; }

    /// <summary>The job concerned.</summary>
    public JobAddress? Job { get; init; }
}

/// <summary>One page of movements.</summary>
/// <param name="Transactions">The movements, newest first.</param>
/// <param name="NextCursor">What to pass as <c>cursor</c> for the next page; null on the last.</param>
public sealed record CreditPage(IReadOnlyList<CreditMovement> Transactions, string? NextCursor);

/// <summary><c>POST /api/credits/grant</c>, for the operator: gives credits to an account.</summary>
/// <param name="Amount">How many, in USD, above 0.</param>
/// <param name="Account">The account's address; the caller's own unless told.</param>
public sealed record GrantRequest(Credits Amount, string? Account = null);

/// <summary>The answer to <see cref="GrantRequest"/>.</summary>
public sealed record CreditsGranted(string Tx, AccountAddress Account, Balance Balance);
