using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>Gives credits to an account.</summary>
public sealed record GrantCredits(AccountAddress Account, Credits Amount) : Command<GrantedCredits>
{
    /// <summary>The most that one grant can give: a typing error shall not be able to exhaust the range of amounts.</summary>
    public static readonly Credits Most = Credits.FromUsd(100_000_000);

    public override Outcome<GrantedCredits> Decide(Draft draft)
    {
        if (Amount <= Credits.Zero || Amount > Most)
            return new Refusal(ErrorCode.InvalidParameter, $"A grant is above $0 and at most {Most}, not {Amount}.");
        if (draft.Account(Account) is not { } account)
            return new Refusal(ErrorCode.AccountNotFound, $"There is no account {Account} to give credits to.");
        if (account.Assigned > Most - Amount)
            return new Refusal(ErrorCode.InvalidParameter, $"An account is granted {Most} in all at most; {Account} has been granted {account.Assigned}.");
        var tx = draft.Record(new Entry
        {
            Kind = EntryKind.CreditsGranted,
            Account = account.Key,
            Amount = Amount,
            Postings = Postings.Grant(account.Key, Amount),
        });
        return new GrantedCredits(tx, draft.Account(account.Key)!);
    }
}

/// <summary>The answer to <see cref="GrantCredits"/>.</summary>
public sealed record GrantedCredits(Tx Tx, Account Account);
