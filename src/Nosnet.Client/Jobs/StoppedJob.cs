using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>What a stop did.</summary>
public sealed record StoppedJob
{
    /// <summary>The job.</summary>
    public required JobAddress Job { get; init; }

    /// <summary>The id of the change; null where the job had ended before.</summary>
    public string? Tx { get; init; }

    /// <summary>Whether it was still queued, and so ended at once and without cost.</summary>
    public required bool Delisted { get; init; }

    /// <summary>Whether it had ended before, so that nothing was done.</summary>
    public required bool HadEnded { get; init; }

    /// <summary>Its state; a running job is stopped as soon as its containers have ended. Null where the network does not say.</summary>
    public JobStatus? Status { get; init; }

    /// <summary>The answer as it came.</summary>
    public JsonElement Json { get; init; }

    internal static StoppedJob Read(JobAddress asked, WireObject wire)
    {
        var outcome = wire.Text("outcome");
        return new StoppedJob
        {
            Job = wire.Address<JobAddress>("job") ?? asked,
            Tx = wire.Text("tx"),
            Delisted = wire.Flag("delisted") ?? outcome == "delisted",
            HadEnded = outcome == "already_terminal",
            Status = wire.Word("status", WireJson.Reading.JobStatus),
            Json = wire.Json,
        };
    }
}
