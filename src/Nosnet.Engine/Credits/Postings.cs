using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>The part of an account that a posting moves credits into or out of. The numbers are on disk and never change.</summary>
public enum Bucket : byte
{
    /// <summary>What can be spent.</summary>
    Available = 1,

    /// <summary>What is held for jobs.</summary>
    Reserved = 2,

    /// <summary>What a node or the network has earned.</summary>
    Earned = 3,

    /// <summary>What the network has given out: the counterpart of every grant, so never above zero.</summary>
    Issued = 4,
}

/// <summary>One side of a movement.</summary>
public readonly record struct Posting(long Account, Bucket Bucket, Credits Amount);

/// <summary>A movement of credits: postings that sum to zero. One that does not cannot be constructed.</summary>
public sealed class Postings
{
    public static readonly Postings None = new([]);

    private Postings(IReadOnlyList<Posting> all) => All = all;

    public IReadOnlyList<Posting> All { get; }

    /// <summary>The movement of these postings, without those of nothing.</summary>
    /// <exception cref="InvalidOperationException">They do not sum to zero.</exception>
    public static Postings Of(params ReadOnlySpan<Posting> postings)
    {
        var sum = Credits.Zero;
        var kept = new List<Posting>(postings.Length);
        foreach (var posting in postings)
        {
            sum += posting.Amount;
            if (posting.Amount != Credits.Zero)
                kept.Add(posting);
        }

        if (sum != Credits.Zero)
            throw new InvalidOperationException($"Postings have to sum to zero, these sum to {sum}.");
        return kept.Count == 0 ? None : new Postings(kept);
    }

    public static Postings Grant(long account, Credits amount) =>
        Of(new(NetworkAccount.Key, Bucket.Issued, -amount), new(account, Bucket.Available, amount));

    public static Postings Reserve(long account, Credits amount) =>
        Of(new(account, Bucket.Available, -amount), new(account, Bucket.Reserved, amount));

    /// <summary>Ends a reservation: the cost goes to the node and the network, the rest back to its account.</summary>
    public static Postings Settle(long account, Credits reserved, Settlement cost, long nodeAccount) =>
        Of(
            new(account, Bucket.Reserved, -reserved),
            new(account, Bucket.Available, reserved - cost.Total),
            new(nodeAccount, Bucket.Earned, cost.Reward),
            new(NetworkAccount.Key, Bucket.Earned, cost.Fee));

    /// <summary>What these postings change in one account's bucket.</summary>
    public Credits Change(long account, Bucket bucket)
    {
        var change = Credits.Zero;
        foreach (var posting in All)
            if (posting.Account == account && posting.Bucket == bucket)
                change += posting.Amount;
        return change;
    }
}
