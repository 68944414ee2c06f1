using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>One thing that happened: the unit of history, of the credits' double entry and of receipts.</summary>
public sealed record Entry
{
    public required EntryKind Kind { get; init; }
    public DateTimeOffset At { get; init; }

    /// <summary>The account it concerns; it is linked into that account's history.</summary>
    public long Account { get; init; }

    /// <summary>The job it concerns, or 0; it is linked into that job's history.</summary>
    public long Job { get; init; }

    /// <summary>The account of a node that earned by it, or 0; it is linked into that account's history too.</summary>
    public long Payee { get; init; }

    /// <summary>The row of the kind's own noun: a node, a market, an API key; or 0.</summary>
    public long Subject { get; init; }

    public int Epoch { get; init; }
    public EndReason? Reason { get; init; }

    /// <summary>What was granted, reserved or settled.</summary>
    public Credits Amount { get; init; }

    public Postings Postings { get; init; } = Postings.None;
    public EntryPlace PreviousOfAccount { get; init; }
    public EntryPlace PreviousOfJob { get; init; }
    public EntryPlace PreviousOfPayee { get; init; }
}
