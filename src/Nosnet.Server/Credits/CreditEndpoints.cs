using Microsoft.AspNetCore.Http;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary><c>/credits</c></summary>
internal static class CreditEndpoints
{
    public static async Task<IResult> BalanceAsync(HttpContext http, NetworkEngine engine, CancellationToken cancellation)
    {
        var account = await engine.Read.AccountAsync(http.Caller().Account, cancellation);
        return Answers.Ok(Balance(account!), ProtocolJson.Default.Balance);
    }

    public static async Task<IResult> TransactionsAsync(HttpContext http, NetworkEngine engine, History history, CancellationToken cancellation)
    {
        if (!PathValues.TryLimit(http, out var limit, out var refusal))
            return refusal;
        var account = (await engine.Read.AccountAsync(http.Caller().Account, cancellation))!;
        var from = account.LastEntry;
        if (http.Request.Query["cursor"].ToString() is { Length: > 0 } cursor
            && !(Bytes32.TryParseBase58(cursor, out var sealedPlace) && engine.Addresses.TryPlace(sealedPlace, out from) && await IsOfAsync(account.Key, from, engine, cancellation)))
        {
            return Answers.Refuse(ErrorCode.InvalidParameter, "The cursor is none that this list gave. Pass nextCursor of the page before, or leave it out for the first page.");
        }

        return Answers.Ok(await history.OfAccountAsync(account.Key, from, limit, cancellation), ProtocolJson.Default.CreditPage);
    }

    public static async Task<IResult> GrantAsync(HttpContext http, NetworkEngine engine, CancellationToken cancellation)
    {
        var read = await JsonBodies.ReadAsync(http, ProtocolJson.Default.GrantRequest);
        if (read.IsRefused)
            return Answers.Refuse(read.Refusal);
        AccountAddress account;
        if (read.Value.Account is not { } text)
            account = (await engine.Read.AccountAsync(http.Caller().Account, cancellation))!.Address;
        else if (!AccountAddress.TryParse(text, out account))
            return Answers.Refuse(ErrorCode.AccountNotFound, $"'{PathValues.Shown(text)}' is not an account address; one is 32 bytes in base58.");
        return await http.CarryAsync(
            engine, new GrantCredits(account, read.Value.Amount), g => new CreditsGranted(g.Tx.ToString(), g.Account.Address, Balance(g.Account)), ProtocolJson.Default.CreditsGranted, cancellation);
    }

    private static Balance Balance(Account account) => new(account.Assigned, account.Reserved, account.Settled);

    /// <summary>A receipt shows where its entry stands, so a place may come from somebody else's: what it leads to is not for this account.</summary>
    private static async ValueTask<bool> IsOfAsync(long account, EntryPlace place, NetworkEngine engine, CancellationToken cancellation) =>
        await engine.Read.EntryAsync(place, cancellation) is { } bytes && EntryCodec.Decode(bytes) is var entry && (entry.Account == account || entry.Payee == account);
}
