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
            _api.Once(_api.Post($"credits/grant")).With(new GrantRequest(amount, account?.ToString()), ProtocolJson.Default.GrantRequest),
            WireJson.Reading.CreditsGranted,
            cancellationToken);

    /// <summary>The account's caps, those of the client's API key, and what counts against them. Nosnet networks only.</summary>
    /// <param name="account">For the operator: whose; the caller's own unless told.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    public Task<LimitsView> LimitsAsync(AccountAddress? account = null, CancellationToken cancellationToken = default) =>
        _api.Transport.AnswerAsync(_api.Get($"credits/limits").With(("account", account)), WireJson.Reading.LimitsView, cancellationToken);

    /// <summary>Gives an account caps in place of those that it has. For the operator of a Nosnet network.</summary>
    /// <param name="caps">Its caps from now on; <see cref="SpendingCaps.None"/> takes all away.</param>
    /// <param name="account">Whose; the caller's own unless told.</param>
    /// <param name="cancellationToken">Gives up waiting; it may have happened all the same.</param>
    public Task<LimitsView> SetLimitsAsync(SpendingCaps caps, AccountAddress? account = null, CancellationToken cancellationToken = default) =>
        _api.Transport.AnswerAsync(
            _api.Once(_api.Put($"credits/limits")).With(new LimitsRequest(caps, account?.ToString()), WireJson.Writing.LimitsRequest),
            WireJson.Reading.LimitsView,
            cancellationToken);

    /// <summary>Says below which balance the account is told so, by an event and by webhooks. Nosnet networks only.</summary>
    /// <param name="below">The balance; null to be told of none.</param>
    /// <param name="cancellationToken">Gives up waiting; it may have happened all the same.</param>
    public Task<LimitsView> SetLowBalanceAsync(Credits? below, CancellationToken cancellationToken = default) =>
        _api.Transport.AnswerAsync(
            _api.Once(_api.Put($"credits/low-balance")).With(new LowBalanceRequest(below), WireJson.Writing.LowBalanceRequest), WireJson.Reading.LimitsView, cancellationToken);

    private static Balance ReadBalance(Call call, WireObject wire) =>
        wire.Amount("assignedCredits") is { } assigned && wire.Amount("reservedCredits") is { } reserved && wire.Amount("settledCredits") is { } settled
            ? new Balance(assigned, reserved, settled)
            : throw Answers.Unreadable(call, "it lacks the assigned, reserved or settled credits");
}
