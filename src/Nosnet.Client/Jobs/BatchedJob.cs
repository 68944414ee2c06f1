using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>What became of a job of a batch.</summary>
public enum BatchStatus
{
    /// <summary>It was done.</summary>
    Confirmed,

    /// <summary>The network refused it, and nothing was done: see <see cref="BatchedJob.Refusal"/>.</summary>
    Refused,

    /// <summary>The network gave up on it, and nothing was done. Ask for it again, in another batch. Official networks only.</summary>
    Expired,
}

/// <summary>One job of a batch, and what became of it.</summary>
public sealed class BatchedJob
{
    /// <summary>Where it stood in the batch, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>What became of it.</summary>
    public required BatchStatus Status { get; init; }

    /// <summary>The job and what can be done with it; null where it was not posted.</summary>
    public JobHandle? Job { get; init; }

    /// <summary>The address of its first run, of a job that was posted.</summary>
    public RunAddress? Run { get; init; }

    /// <summary>The id of the change; null where nothing was changed.</summary>
    public string? Tx { get; init; }

    /// <summary>What was reserved; null where nothing was, or the network does not say.</summary>
    public Credits? Reserved { get; init; }

    /// <summary>Why it was refused, as it would have been thrown had it come alone.</summary>
    public NosanaException? Refusal { get; init; }

    /// <summary>The item as it came.</summary>
    public JsonElement Json { get; init; }

    internal static BatchedJob Read(JobsClient jobs, Call call, WireObject wire)
    {
        var status = wire.Text("status") switch
        {
            "confirmed" => BatchStatus.Confirmed,
            "refused" => BatchStatus.Refused,
            "expired" => BatchStatus.Expired,
            _ => throw Answers.Unreadable(call, "an item has no status"),
        };
        return new BatchedJob
        {
            Index = wire.Count("index") ?? throw Answers.Unreadable(call, "an item has no index"),
            Status = status,
            Job = wire.Address<JobAddress>("job") is { } address ? jobs.Handle(address) : null,
            Run = wire.Address<RunAddress>("run"),
            Tx = wire.Text("tx"),
            Reserved = wire.Amount("reservedUsd"),
            Refusal = wire.Object("error") is { } error ? FailureReading.Read(error.Count("statusCode") ?? 400, null, error.Json.GetRawText()).ToException() : null,
            Json = wire.Json,
        };
    }
}
