using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>The accounts of a network. For the operator of a Nosnet network.</summary>
public sealed class AccountsClient
{
    private readonly Api _api;

    internal AccountsClient(Api api) => _api = api;

    /// <summary>All accounts, oldest first: who posts jobs and who earns by running them, without their vaults.</summary>
    /// <param name="pageSize">How many are fetched at once, 1 to 100; the network chooses unless told.</param>
    public Paged<AccountView> ListAsync(int? pageSize = null) => new(async (cursor, cancellation) =>
    {
        var call = _api.Get($"accounts").With(("limit", pageSize), ("cursor", cursor));
        var page = await _api.Transport.AnswerAsync(call, WireJson.Reading.AccountPage, cancellation).ConfigureAwait(false);
        return new Page<AccountView>(page.Accounts, page.NextCursor);
    });
}
