using Microsoft.AspNetCore.Http;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary><c>/accounts</c></summary>
internal static class AccountEndpoints
{
    public static async Task<IResult> ListAsync(HttpContext http, NetworkEngine engine, CancellationToken cancellation)
    {
        if (!PathValues.TryLimit(http, out var limit, out var refusal))
            return refusal;
        var after = 0L;
        if (http.Request.Query["cursor"].ToString() is { Length: > 0 } cursor)
        {
            if (!AccountAddress.TryParse(cursor, out var address) || await engine.Read.AccountAsync(address, cancellation) is not { } last)
                return Answers.Refuse(ErrorCode.InvalidParameter, "The cursor is none that this list gave. Pass nextCursor of the page before, or leave it out for the first page.");
            after = last.Key;
        }

        // One more than is shown tells whether there is another page.
        var accounts = await engine.Read.AccountsAsync(after, limit + 1, cancellation);
        var shown = accounts.Take(limit).ToList();
        return Answers.Ok(new AccountPage([.. shown.Select(View)], accounts.Count > limit ? shown[^1].Address.ToString() : null), ProtocolJson.Default.AccountPage);
    }

    private static AccountView View(Account account) => new()
    {
        Account = account.Address,
        Name = account.Name,
        Role = account.Role switch
        {
            AccountRole.Network => "network",
            AccountRole.Operator => "operator",
            AccountRole.Node => "node",
            _ => "user",
        },
        CreatedAt = account.CreatedAt,
        AvailableCredits = account.Available,
        ReservedCredits = account.Reserved,
        SettledCredits = account.Settled,
        EarnedCredits = account.Earned,
        Jobs = account.Jobs,
    };
}
