using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>What an account is for. The numbers are on disk and never change.</summary>
public enum AccountRole : byte
{
    Network = 1,
    Operator = 2,
    User = 3,
    Node = 4,

    /// <summary>Credits of another account that are kept apart.</summary>
    Vault = 5,
}

/// <summary>An account. Its amounts change by postings alone.</summary>
public sealed record Account
{
    public required long Key { get; init; }
    public required AccountAddress Address { get; init; }
    public required AccountRole Role { get; init; }
    public required string Name { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The account that a vault belongs to; 0 for all others.</summary>
    public long Owner { get; init; }

    public Credits Available { get; init; }
    public Credits Reserved { get; init; }
    public Credits Earned { get; init; }
    public Credits Issued { get; init; }

    /// <summary>All that it was ever granted; what it moved to vaults, or got from one, counts as granted there.</summary>
    public Credits Assigned { get; init; }

    /// <summary>What its ended jobs have cost.</summary>
    public Credits Settled => Assigned - Reserved - Available;

    /// <summary>What it may hold and spend, as the operator says.</summary>
    public SpendingCaps Caps { get; init; } = SpendingCaps.None;

    /// <summary>What counts against its cap of the day.</summary>
    public DaySum Spent { get; init; }

    /// <summary>Below which balance it is told so; null: it is told of none.</summary>
    public Credits? LowBalance { get; init; }

    /// <summary>How many jobs it has posted.</summary>
    public long Jobs { get; init; }

    /// <summary>Its newest job: the head of a chain through <see cref="Job.PreviousOfAccount"/>, so that listing needs no index.</summary>
    public long LastJob { get; init; }

    /// <summary>Its newest entry: the head of a chain through the entries, likewise.</summary>
    public EntryPlace LastEntry { get; init; }

    /// <summary>The account after one posting of an entry.</summary>
    /// <exception cref="InvalidOperationException">More would be taken than there is.</exception>
    public Account After(Posting posting, EntryKind kind)
    {
        var after = posting.Bucket switch
        {
            Bucket.Available => this with
            {
                Available = Available + posting.Amount,
                Assigned = kind is EntryKind.CreditsGranted or EntryKind.CreditsMoved ? Assigned + posting.Amount : Assigned,
            },
            Bucket.Reserved => this with { Reserved = Reserved + posting.Amount },
            Bucket.Earned => this with { Earned = Earned + posting.Amount },
            _ => this with { Issued = Issued + posting.Amount },
        };
        return after.Available >= Credits.Zero && after.Reserved >= Credits.Zero && after.Earned >= Credits.Zero
            ? after
            : throw new InvalidOperationException($"A posting of {posting.Amount} to {posting.Bucket} overdraws account {Key}.");
    }
}

/// <summary>The account of the network itself, the first row of every store: grants come from it, fees go to it.</summary>
public static class NetworkAccount
{
    public const long Key = 1;
}

/// <summary>The account of whoever runs the network, the second row of every store.</summary>
public static class OperatorAccount
{
    public const long Key = 2;
}
