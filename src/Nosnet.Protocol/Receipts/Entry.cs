namespace Nosnet.Protocol;

/// <summary>One thing that happened: the unit of history, of the credits' double entry and of receipts.</summary>
/// <remarks>Accounts, jobs and the rest are named by the numbers that they have inside the network; only the network turns these into addresses.</remarks>
public sealed record Entry
{
    /// <summary>What happened.</summary>
    public required EntryKind Kind { get; init; }
    /// <summary>When, by the clock of the network.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>The account it concerns; it is linked into that account's history.</summary>
    public long Account { get; init; }

    /// <summary>The job it concerns, or 0; it is linked into that job's history.</summary>
    public long Job { get; init; }

    /// <summary>The account of a node that earned by it, or 0; it is linked into that account's history too.</summary>
    public long Payee { get; init; }

    /// <summary>The row of the kind's own noun: a node, a market, an API key; or 0.</summary>
    public long Subject { get; init; }

    /// <summary>The number of the run it concerns, or 0.</summary>
    public int Epoch { get; init; }
    /// <summary>Why a job ended.</summary>
    public EndReason? Reason { get; init; }

    /// <summary>What was granted, reserved or settled.</summary>
    public Credits Amount { get; init; }

    /// <summary>What it moved.</summary>
    public Postings Postings { get; init; } = Postings.None;
    /// <summary>The entry before it in the history of its account.</summary>
    public EntryPlace PreviousOfAccount { get; init; }
    /// <summary>The entry before it in the history of its job.</summary>
    public EntryPlace PreviousOfJob { get; init; }
    /// <summary>The entry before it in the history of who earned by it.</summary>
    public EntryPlace PreviousOfPayee { get; init; }
}
