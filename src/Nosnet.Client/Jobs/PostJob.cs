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
