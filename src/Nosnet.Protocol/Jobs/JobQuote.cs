using System.Text.Json;

namespace Nosnet.Protocol;

/// <summary><c>POST /api/jobs/quote</c>: what posting a job would come to. The body of a post, or the definition itself in place of its CID.</summary>
public sealed record QuoteJobRequest : PostJobRequest
{
    /// <summary>The job definition, where it is not pinned; only without <see cref="PostJobRequest.IpfsHash"/>.</summary>
    public JsonElement? Definition { get; init; }
}

/// <summary>The answer to <see cref="QuoteJobRequest"/>. Nothing was posted and nothing was held; a moment later it may be another.</summary>
public sealed record JobQuote
{
    /// <summary>The refusal that the post would meet, as it would be answered; null where it would be taken.</summary>
    public ErrorBody? Refusal { get; init; }

    /// <summary>The market; null where there is none of that name.</summary>
    public MarketAddress? Market { get; init; }

    /// <summary>What an hour costs there, in USD.</summary>
    public Credits? PricePerHourUsd { get; init; }

    /// <summary>The longest it may run, in seconds.</summary>
    public long? TimeoutSeconds { get; init; }

    /// <summary>What would be held for it, in USD: the most that it can cost.</summary>
    public Credits? CostUsd { get; init; }

    /// <summary>What the account can spend, in USD.</summary>
    public required Credits AvailableUsd { get; init; }

    /// <summary>The node that would take it at once.</summary>
    public NodeAddress? Node { get; init; }

    /// <summary>Its place in the queue: 1 is next, 0 where a node would take it at once. Counted as far as 10,000.</summary>
    public int? QueuePosition { get; init; }

    /// <summary>How many live nodes of the market could run it and have a slot free.</summary>
    public int? FreeNodes { get; init; }

    /// <summary>How many live nodes of the market could run it.</summary>
    public int? FittingNodes { get; init; }

    /// <summary>When it may start; null where nobody could run it, or that cannot be said.</summary>
    public DateTimeOffset? ExpectedStart { get; init; }

    /// <summary>How <see cref="ExpectedStart"/> was found, in a sentence.</summary>
    public string? ExpectedStartBasis { get; init; }

    /// <summary>What its owner may want to do otherwise, a sentence each.</summary>
    public IReadOnlyList<string>? Warnings { get; init; }
}
