using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>Sets below which balance an account is told so; null for never.</summary>
public sealed record SetLowBalance(long Account, Credits? Below) : Command<Account>
{
    public override Outcome<Account> Decide(Draft draft)
    {
        if (Below < Credits.Zero)
            return new Refusal(ErrorCode.InvalidParameter, "A low balance is an amount in USD from 0 on. Send null to be told of none.");
        draft.Put(draft.Account(Account)! with { LowBalance = Below });
        draft.Record(new Entry { Kind = EntryKind.LimitsChanged, Account = Account });
        return draft.Account(Account)!;
    }
}

/// <summary>Records that an account's balance has come to be low: once, as it falls below, and again only after it was above.</summary>
internal static class LowBalance
{
    /// <param name="draft">The draft.</param>
    /// <param name="before">The account before credits of it were held.</param>
    public static void Tell(Draft draft, Account before)
    {
        if (before.LowBalance is not { } below || before.Available < below || draft.Account(before.Key)!.Available is var available && available >= below)
            return;
        draft.Record(new Entry { Kind = EntryKind.BalanceLow, Account = before.Key, Amount = available });
    }
}
