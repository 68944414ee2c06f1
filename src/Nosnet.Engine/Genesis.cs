using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>What a new network begins with: its own account, the operator's with credits and a key, and a market.</summary>
public sealed record Genesis(AccountAddress Network, AccountAddress Operator, Bytes32 OperatorKeyHash) : Command<Account>
{
    /// <summary>The market of the Jobs API guide, so that its snippet runs unchanged.</summary>
    public static readonly MarketAddress FirstMarket = MarketAddress.Parse("CA5pMpqkYFKtme7K31pNB1s62X2SdhEv1nN9RdxKCpuQ");

    public static readonly Credits FirstCredits = Credits.FromUsd(100);

    private static readonly MarketTerms FirstTerms = new() { Slug = "default", Name = "Default market", RewardPerHour = Credits.FromUsd(0.10m) };

    public override Outcome<Account> Decide(Draft draft)
    {
        if (draft.Account(NetworkAccount.Key) is not null)
            return draft.Account(OperatorAccount.Key)!;
        draft.Put(new Account { Key = NetworkAccount.Key, Address = Network, Role = AccountRole.Network, Name = "network", CreatedAt = draft.Now });
        draft.Record(new Entry { Kind = EntryKind.AccountCreated, Account = NetworkAccount.Key });
        draft.Put(new Account { Key = OperatorAccount.Key, Address = Operator, Role = AccountRole.Operator, Name = "operator", CreatedAt = draft.Now });
        draft.Record(new Entry { Kind = EntryKind.AccountCreated, Account = OperatorAccount.Key });

        Refusal? refusal = null;
        refusal ??= new CreateApiKey(OperatorAccount.Key, OperatorKeyHash, "operator", Scopes.All, ExpiresIn: null).Decide(draft).Refusal;
        refusal ??= new OpenMarket(FirstMarket, FirstTerms).Decide(draft).Refusal;
        refusal ??= new GrantCredits(Operator, FirstCredits).Decide(draft).Refusal;
        return refusal is null ? draft.Account(OperatorAccount.Key)! : refusal;
    }
}
