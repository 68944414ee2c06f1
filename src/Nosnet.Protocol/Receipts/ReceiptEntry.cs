namespace Nosnet.Protocol;

/// <summary>What happened, with addresses in place of the network's own numbers.</summary>
public sealed record ReceiptEntry
{
    /// <summary>What happened.</summary>
    public required EntryKind Kind { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The account it concerns.</summary>
    public AccountAddress? Account { get; init; }

    /// <summary>The job it concerns.</summary>
    public JobAddress? Job { get; init; }

    /// <summary>The node it concerns.</summary>
    public NodeAddress? Node { get; init; }

    /// <summary>The market it concerns.</summary>
    public MarketAddress? Market { get; init; }

    /// <summary>The id of the API key it concerns.</summary>
    public string? ApiKey { get; init; }

    /// <summary>The number of the run.</summary>
    public int? Epoch { get; init; }

    /// <summary>Why a job ended.</summary>
    public EndReason? Reason { get; init; }

    /// <summary>What was granted, reserved or settled, in USD.</summary>
    public required Credits Amount { get; init; }

    /// <summary>What it moved; the amounts sum to zero.</summary>
    public required IReadOnlyList<ReceiptPosting> Postings { get; init; }

    /// <summary>What differs from the entry that was signed; null where nothing does that can be compared.</summary>
    internal string? Difference(Entry entry)
    {
        if (Kind != entry.Kind || At != entry.At || Amount != entry.Amount || Reason != entry.Reason || (Epoch ?? 0) != entry.Epoch)
            return "kind, time, amount, reason or epoch";
        if ((Account is null) != (entry.Account == 0) || (Job is null) != (entry.Job == 0))
            return "whether it concerns an account or a job";
        return Postings.Select(p => (p.Bucket, p.Amount)).SequenceEqual(entry.Postings.All.Select(p => (p.Bucket, p.Amount))) ? null : "the postings";
    }
}

/// <summary>One side of a movement of credits.</summary>
/// <param name="Account">The account.</param>
/// <param name="Bucket">The part of it.</param>
/// <param name="Amount">How much came in, in USD; below zero, how much went out.</param>
public sealed record ReceiptPosting(AccountAddress Account, Bucket Bucket, Credits Amount);
