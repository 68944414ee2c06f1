using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>Gives an account caps in place of those that it has.</summary>
public sealed record CapAccount(AccountAddress Account, SpendingCaps Caps) : Command<Account>
{
    public override Outcome<Account> Decide(Draft draft)
    {
        if (draft.Account(Account) is not { } account)
            return new Refusal(ErrorCode.AccountNotFound, $"There is no account {Account} to give caps to.");
        if (Mistake(Caps) is { } mistake)
            return mistake;
        draft.Put(account with { Caps = Caps });
        draft.Record(new Entry { Kind = EntryKind.LimitsChanged, Account = account.Key });
        return draft.Account(account.Key)!;
    }

    internal static Refusal? Mistake(SpendingCaps caps) =>
        caps.MaxReservedUsd < Credits.Zero || caps.MaxPerDayUsd < Credits.Zero || caps.MaxPerJobUsd < Credits.Zero
            ? new Refusal(ErrorCode.InvalidParameter, "A cap is an amount in USD from 0 on. Leave it out for no cap.")
            : null;
}

/// <summary>Gives an API key caps in place of those that it has. What was posted with it before it had its first does not count.</summary>
public sealed record CapApiKey(Caller Caller, Bytes32 Id, SpendingCaps Caps) : Command<CappedApiKey>
{
    public override Outcome<CappedApiKey> Decide(Draft draft)
    {
        if (!draft.Addresses.TryApiKey(Id, out var key) || draft.ApiKey(key) is not { } row || (row.Account != Caller.Account && !Caller.IsOperator))
            return new Refusal(ErrorCode.ApiKeyNotFound, $"There is no API key {Id} on your account. GET /api/api-keys lists yours.");
        if (Caller.Budget != 0 && draft.Budget(Caller.Budget) is { Caps.IsEmpty: false })
            return new Refusal(ErrorCode.CapReached, "An API key that has caps cannot change those of any key. Use one that has none.");
        if (CapAccount.Mistake(Caps) is { } mistake)
            return mistake;
        var budget = (draft.Budget(key) ?? new Budget { Key = key, Caps = Caps }) with { Caps = Caps };
        draft.Put(budget);
        // Whoever has read the key before has to read it anew.
        draft.Put(row with { HasBudget = true });
        draft.Record(new Entry { Kind = EntryKind.LimitsChanged, Account = row.Account, Subject = key });
        return new CappedApiKey(draft.ApiKey(key)!, draft.Account(row.Account)!.Address, budget);
    }
}

/// <summary>The answer to <see cref="CapApiKey"/>.</summary>
public sealed record CappedApiKey(ApiKey Key, AccountAddress Owner, Budget Budget);
