using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary>The part of an account that a posting moves credits into or out of. The numbers are on disk and never change.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Bucket>))]
public enum Bucket : byte
{
    /// <summary>What can be spent.</summary>
    [JsonStringEnumMemberName("available")] Available = 1,

    /// <summary>What is held for jobs.</summary>
    [JsonStringEnumMemberName("reserved")] Reserved = 2,

    /// <summary>What a node or the network has earned.</summary>
    [JsonStringEnumMemberName("earned")] Earned = 3,

    /// <summary>What the network has given out: the counterpart of every grant, so never above zero.</summary>
    [JsonStringEnumMemberName("issued")] Issued = 4,
}

/// <summary>One side of a movement.</summary>
/// <param name="Account">The account, by its number inside the network.</param>
/// <param name="Bucket">The part of it.</param>
/// <param name="Amount">How much came in; below zero, how much went out.</param>
public readonly record struct Posting(long Account, Bucket Bucket, Credits Amount);

/// <summary>A movement of credits: postings that sum to zero. One that does not cannot be constructed.</summary>
public sealed class Postings
{
    /// <summary>No movement.</summary>
    public static readonly Postings None = new([]);

    private Postings(IReadOnlyList<Posting> all) => All = all;

    /// <summary>The postings.</summary>
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
