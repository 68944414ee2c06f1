using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>A job to be posted: a pinned definition, and where and how long it may run.</summary>
/// <param name="Definition">The CID of the job definition, see <see cref="IpfsClient"/>.</param>
/// <param name="Market">The market, by address or short name.</param>
public sealed record PostJob(Cid Definition, MarketId Market)
{
    /// <summary>The longest it may run, for which credits are reserved; rounded up to a second. An hour unless told.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The one node that may run it; any node of the market unless told.</summary>
    public NodeAddress? Node { get; init; }

    /// <summary>
    /// A text of your own for this job, 1 to 255 visible characters: a second post under it, within 24 hours, from wherever it comes, gives
    /// the first job again. A new one for each post unless told.
    /// </summary>
    /// <exception cref="ArgumentException">It has a blank, or too many characters.</exception>
    public string? IdempotencyKey
    {
        get;
        init => field = value is null or { Length: >= 1 and <= 255 } && value?.All(c => c is > ' ' and <= '~') is not false
            ? value
            : throw new ArgumentException("An idempotency key has 1 to 255 visible ASCII characters, without blanks.");
    }

    /// <summary>The request. An operator of ours may choose the unit of <c>timeout</c>, so the field that names its unit is sent there.</summary>
    internal PostJobRequest ToRequest(bool nosnet)
    {
        var seconds = Timeout?.WholeSeconds(nameof(Timeout));
        return new PostJobRequest
        {
            IpfsHash = Definition.ToString(),
            Market = Market.ToString(),
            Timeout = nosnet ? null : seconds,
            TimeoutSeconds = nosnet ? seconds : null,
            Node = Node?.ToString(),
        };
    }
}
