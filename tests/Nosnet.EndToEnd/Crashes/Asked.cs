using Nosnet.Protocol;

namespace Nosnet.EndToEnd;

/// <summary>What became of something that was asked for, as far as whoever asked knows.</summary>
internal enum Told
{
    /// <summary>The answer was cut off, so it was done once or not at all.</summary>
    Nothing,

    /// <summary>It was done.</summary>
    Done,

    /// <summary>It was refused.</summary>
    Refused,
}

/// <summary>
/// Something that moves credits and was asked for once, or as often as it took to get an answer, under one key. Its amount tells it from
/// all others of its account.
/// </summary>
/// <param name="Kind">What it was: a post, an extension or a grant.</param>
/// <param name="Account">For whom.</param>
/// <param name="Amount">What it was to reserve or to give.</param>
internal sealed record Asked(EntryKind Kind, AccountAddress Account, Credits Amount)
{
    public Told Told { get; set; }

    /// <summary>The id of the change, as it was answered.</summary>
    public Tx Tx { get; set; }

    /// <summary>The job, as it was answered.</summary>
    public JobAddress Job { get; set; }
}

/// <summary>A stop of a job that was answered as done.</summary>
internal sealed record StopTold(JobAddress Job, Tx Tx);

/// <summary>A run whose start, and perhaps whose end, the network took from its node.</summary>
internal sealed record RunTold(RunAddress Run)
{
    /// <summary>What its end cost, as it was answered; null where it was not.</summary>
    public Credits? Cost { get; set; }
}
