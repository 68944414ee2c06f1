using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>A job that was just posted.</summary>
public sealed class PostedJob : JobHandle
{
    private PostedJob(JobsClient jobs, JobAddress address)
        : base(jobs, address)
    {
    }

    /// <summary>The id of the change.</summary>
    public required string Tx { get; init; }

    /// <summary>The address of its first run; null where the network names none.</summary>
    public RunAddress? Run { get; init; }

    /// <summary>Its state: running where a node waited for it, pending otherwise or where the network does not say.</summary>
    public required JobStatus Status { get; init; }

    /// <summary>What was reserved for it; null where the network does not say.</summary>
    public CreditsUsed? Credits { get; init; }

    /// <summary>The longest it may run; null where the network does not say.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>When it leaves the queue if no node takes it; null where the network does not say.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The node that has it, where one took it at once.</summary>
    public NodeAddress? Node { get; init; }

    /// <summary>What you may want to do otherwise, a sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The answer as it came.</summary>
    public JsonElement Json { get; init; }

    internal static PostedJob Read(JobsClient jobs, Call call, WireObject wire) =>
        new(jobs, wire.Address<JobAddress>("job") ?? throw Answers.Unreadable(call, "it names no job"))
        {
            Tx = wire.Text("tx") ?? "",
            Run = wire.Address<RunAddress>("run"),
            Status = wire.Word("status", WireJson.Reading.JobStatus) ?? (wire.Integer("state") == 1 ? JobStatus.Running : JobStatus.Pending),
            Credits = JobReading.CreditsUsed(wire),
            Timeout = wire.Seconds("timeoutSeconds"),
            ExpiresAt = wire.Moment("expiresAt"),
            Node = wire.Address<NodeAddress>("node"),
            Warnings = wire.Texts("warnings"),
            Json = wire.Json,
        };
}
