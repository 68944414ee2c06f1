using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>The account's credits. 1 credit = 1 USD.</summary>
public sealed class CreditsClient
{
    private readonly Api _api;

    internal CreditsClient(Api api) => _api = api;

    /// <summary>What the account was given, what is held for jobs, and what jobs have cost.</summary>
    public async Task<Balance> BalanceAsync(CancellationToken cancellationToken = default)
    {
        var call = _api.Get($"credits/balance");
        return ReadBalance(call, await _api.Transport.ObjectAsync(call, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>The account's movements, newest first.</summary>
    /// <param name="pageSize">How many are fetched at once; the network chooses unless told.</param>
    public Paged<CreditMovement> TransactionsAsync(int? pageSize = null) => new(async (cursor, cancellation) =>
    {
        var call = _api.Get($"credits/transactions").With(("limit", pageSize), ("cursor", cursor));
        var page = await _api.Transport.AnswerAsync(call, WireJson.Reading.CreditPage, cancellation).ConfigureAwait(false);
        return new Page<CreditMovement>(page.Transactions, page.NextCursor);
    });

    /// <summary>Gives credits to an account. For the operator of a Nosnet network.</summary>
    /// <param name="amount">How many, above 0.</param>
    /// <param name="account">To whom; the caller's own account unless told.</param>
    /// <param name="cancellationToken">Gives up waiting; the grant may have happened all the same.</param>
    public Task<CreditsGranted> GrantAsync(Credits amount, AccountAddress? account = null, CancellationToken cancellationToken = default) =>
        _api.Transport.AnswerAsync(
            _api.Post($"credits/grant").With(new GrantRequest(amount, account?.ToString()), ProtocolJson.Default.GrantRequest),
            WireJson.Reading.CreditsGranted,
            cancellationToken);

    private static Balance ReadBalance(Call call, WireObject wire) =>
        wire.Amount("assignedCredits") is { } assigned && wire.Amount("reservedCredits") is { } reserved && wire.Amount("settledCredits") is { } settled
            ? new Balance(assigned, reserved, settled)
            : throw Answers.Unreadable(call, "it lacks the assigned, reserved or settled credits");
}
