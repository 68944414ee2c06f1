using Microsoft.AspNetCore.Http;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary><c>/events</c></summary>
internal static class EventEndpoints
{
    public static async Task<IResult> StreamAsync(HttpContext http, NetworkEngine engine, AccountStreams streams, CancellationToken cancellation)
    {
        var account = (await engine.Read.AccountAsync(http.Caller().Account, cancellation))!;
        if (http.Request.Query["account"].ToString() is { Length: > 0 } owner)
        {
            if (!http.Caller().IsOperator)
                return Answers.Refuse(ErrorCode.OperatorOnly, "Only the operator follows other accounts. Leave 'account' out to follow yours.");
            if (!AccountAddress.TryParse(owner, out var address) || await engine.Read.AccountAsync(address, cancellation) is not { } other)
                return Answers.Refuse(ErrorCode.AccountNotFound, $"There is no account '{PathValues.Shown(owner)}'.");
            account = other;
        }

        // What an event source adds on reconnecting goes before the URL that it began with.
        var text = http.Request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } last ? last : http.Request.Query["after"].ToString();
        var after = account.LastEntry;
        if (text == AccountEvents.First)
            after = EntryPlace.Nowhere;
        else if (text.Length > 0 && !(Bytes32.TryParseBase58(text, out var sealedPlace) && engine.Addresses.TryPlace(sealedPlace, out after) && await IsOfAsync(account.Key, after, engine, cancellation)))
            return Answers.Refuse(ErrorCode.InvalidParameter, $"'{PathValues.Shown(text)}' is the id of no event of this account. Leave 'after' out for what happens from now on, or pass 0 for everything.");
        await streams.RunAsync(http, account.Key, after, cancellation);
        return Results.Empty;
    }

    /// <summary>A receipt shows where its entry stands, so a place may come from somebody else's: what it leads to is not for this account.</summary>
    private static async ValueTask<bool> IsOfAsync(long account, EntryPlace place, NetworkEngine engine, CancellationToken cancellation) =>
        await engine.Read.EntryAsync(place, cancellation) is { } bytes && EntryCodec.Decode(bytes) is var entry && (entry.Account == account || entry.Payee == account);
}
