using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>Whether the accounts of a store hold what the postings of its chain add up to.</summary>
public static class BalanceAudit
{
    /// <summary>What is wrong, in a sentence that names the account; null where nothing is.</summary>
    public static string? Fault(ChainAudit audit, IEnumerable<Account> accounts)
    {
        var known = new HashSet<long>();
        foreach (var account in accounts)
        {
            known.Add(account.Key);
            foreach (var bucket in Enum.GetValues<Bucket>())
                if (Of(account, bucket) != audit.Balance(account.Key, bucket))
                    return $"The account {account.Address} has {Of(account, bucket)} {bucket.ToString().ToLowerInvariant()}, but its postings add up to {audit.Balance(account.Key, bucket)}.";
            if (account.Assigned != audit.Granted(account.Key))
                return $"The account {account.Address} was assigned {account.Assigned}, but its grants add up to {audit.Granted(account.Key)}.";
        }

        return audit.Accounts.FirstOrDefault(key => !known.Contains(key)) is var missing and not 0
            ? $"The account with the number {missing} is missing, but credits were moved to or from it."
            : null;
    }

    private static Credits Of(Account account, Bucket bucket) => bucket switch
    {
        Bucket.Available => account.Available,
        Bucket.Reserved => account.Reserved,
        Bucket.Earned => account.Earned,
        _ => account.Issued,
    };
}
