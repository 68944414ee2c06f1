using Microsoft.AspNetCore.Http;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary><c>/credits/limits</c></summary>
internal static class LimitEndpoints
{
    public static async Task<IResult> GetAsync(HttpContext http, NetworkEngine engine, TimeProvider time, CancellationToken cancellation)
    {
        var key = http.ApiKey();
        if (http.Request.Query["account"].ToString() is { Length: > 0 } text)
        {
            if (!http.Caller().IsOperator)
                return Answers.Refuse(ErrorCode.OperatorOnly, "Only the operator sees the limits of other accounts. Leave 'account' out to see yours.");
            return AccountAddress.TryParse(text, out var address) && await engine.Read.AccountAsync(address, cancellation) is { } other
                ? Answers.Ok(View(other, await HeldByVaultsAsync(other.Key, engine, cancellation), budget: null, time), ProtocolJson.Default.LimitsView)
                : Answers.Refuse(ErrorCode.AccountNotFound, $"There is no account '{PathValues.Shown(text)}'.");
        }

        var own = (await engine.Read.AccountAsync(key.Account, cancellation))!;
        return Answers.Ok(
            View(own, await HeldByVaultsAsync(own.Key, engine, cancellation), key.HasBudget ? await engine.Read.BudgetAsync(key.Key, cancellation) : null, time), ProtocolJson.Default.LimitsView);
    }

    public static async Task<IResult> PutAsync(HttpContext http, NetworkEngine engine, TimeProvider time, CancellationToken cancellation)
    {
        var read = await JsonBodies.ReadAsync(http, ProtocolJson.Default.LimitsRequest);
        if (read.IsRefused)
            return Answers.Refuse(read.Refusal);
        AccountAddress account;
        if (read.Value.Account is not { } text)
            account = (await engine.Read.AccountAsync(http.Caller().Account, cancellation))!.Address;
        else if (!AccountAddress.TryParse(text, out account))
            return Answers.Refuse(ErrorCode.AccountNotFound, $"'{PathValues.Shown(text)}' is not an account address; one is 32 bytes in base58.");
        // Read before, since what is shown is made where nothing can be waited for.
        var held = await engine.Read.AccountAsync(account, cancellation) is { } known ? await HeldByVaultsAsync(known.Key, engine, cancellation) : Credits.Zero;
        return await http.CarryAsync(engine, new CapAccount(account, read.Value.Caps), capped => View(capped, held, budget: null, time), ProtocolJson.Default.LimitsView, cancellation);
    }

    public static async Task<IResult> PutLowBalanceAsync(HttpContext http, NetworkEngine engine, TimeProvider time, CancellationToken cancellation)
    {
        var read = await JsonBodies.ReadAsync(http, ProtocolJson.Default.LowBalanceRequest);
        if (read.IsRefused)
            return Answers.Refuse(read.Refusal);
        var held = await HeldByVaultsAsync(http.Caller().Account, engine, cancellation);
        return await http.CarryAsync(
            engine, new SetLowBalance(http.Caller().Account, read.Value.BelowUsd), account => View(account, held, budget: null, time), ProtocolJson.Default.LimitsView, cancellation);
    }

    private static async ValueTask<Credits> HeldByVaultsAsync(long account, NetworkEngine engine, CancellationToken cancellation) =>
        (await engine.Read.VaultsAsync(account, cancellation)).Aggregate(Credits.Zero, static (sum, vault) => sum + vault.Reserved);

    private static LimitsView View(Account account, Credits heldByVaults, Budget? budget, TimeProvider time)
    {
        var now = time.GetUtcNow();
        return new LimitsView
        {
            Account = account.Address,
            Caps = account.Caps,
            ReservedUsd = account.Reserved + heldByVaults,
            SpentTodayUsd = account.Spent.On(now),
            DayEndsAt = DaySum.EndOf(now),
            LowBalanceUsd = account.LowBalance,
            Key = budget is null ? null : new KeyLimitsView(budget.Caps, budget.Reserved, budget.Spent.On(now)),
        };
    }
}
