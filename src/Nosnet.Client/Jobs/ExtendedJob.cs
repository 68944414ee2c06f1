using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>What an extension did.</summary>
public sealed record ExtendedJob
{
    /// <summary>The job.</summary>
    public required JobAddress Job { get; init; }

    /// <summary>The id of the change; null where the network changed nothing.</summary>
    public string? Tx { get; init; }

    /// <summary>What was reserved beyond the earlier reservation; null where the network does not say.</summary>
    public CreditsUsed? Credits { get; init; }

    /// <summary>The longest it may run now, in all; null where the network does not say.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>When its time runs out; null where it has not started, or the network does not say.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The answer as it came.</summary>
    public JsonElement Json { get; init; }

    internal static ExtendedJob Read(JobAddress asked, WireObject wire) => new()
    {
        Job = wire.Address<JobAddress>("job") ?? asked,
        Tx = wire.Text("tx"),
        Credits = JobReading.CreditsUsed(wire),
        Timeout = wire.Seconds("timeoutSeconds"),
        ExpiresAt = wire.Moment("expiresAt"),
        Json = wire.Json,
    };
}
