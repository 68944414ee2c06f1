using System.Text;
using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>Reads jobs as networks of all generations answer with them.</summary>
internal static class JobReading
{
    /// <summary>The job, or null where neither the answer nor the question says which.</summary>
    public static Job? Job(WireObject wire, JobAddress? asked)
    {
        if ((wire.Address<JobAddress>("address") ?? asked) is not { } address)
            return null;
        var end = wire.Word("endReason", WireJson.Reading.EndReason);
        return new Job
        {
            Address = address,
            Status = Status(wire, end),
            EndReason = end,
            StopRequested = wire.Flag("stopRequested") ?? false,
            DefinitionCid = wire.Cid("ipfsJob"),
            Definition = Document(wire, "jobDefinition") is { } definition ? JobDefinitionParser.Parse(definition).Definition : null,
            ResultCid = wire.Cid("ipfsResult"),
            Result = Document(wire, "jobResult") is { } result && JobResult.TryParse(result, out var parsed, out _) ? parsed : null,
            Market = wire.Address<MarketAddress>("market"),
            Node = wire.Address<NodeAddress>("node"),
            Project = wire.Address<AccountAddress>("project"),
            // The official service has the price in tokens per second here; only ours tells a cost, and has it in USD per hour.
            PricePerHour = wire.Amount("costUsd") is null ? null : wire.Amount("price"),
            RewardPerHour = wire.Amount("usdRewardPerHour"),
            Cost = wire.Amount("costUsd"),
            Reserved = wire.Amount("reservedUsd"),
            Timeout = wire.Seconds("timeout"),
            PostedAt = wire.Moment("postedAt") ?? wire.Moment("listedAt"),
            StartedAt = wire.Moment("startedAt") ?? wire.Moment("timeStart"),
            EndedAt = wire.Moment("endedAt") ?? wire.Moment("timeEnd"),
            ExpiresAt = wire.Moment("expiresAt"),
            Queue = Queue(wire),
            Run = wire.Address<RunAddress>("run"),
            Epoch = wire.Count("epoch"),
            Endpoints = [.. wire.Objects("endpoints").Select(Endpoint).OfType<JobEndpoint>()],
            Json = wire.Json,
        };
    }

    /// <summary>A result document.</summary>
    /// <exception cref="NosanaException">It is none.</exception>
    public static JobResult Result(byte[] document) =>
        JobResult.TryParse(document, out var result, out var refusal) ? result : throw new NosanaException(FailureReading.Clean(refusal));

    /// <summary>What was reserved, as the answers to posting and extending have it.</summary>
    public static CreditsUsed? CreditsUsed(WireObject answer) =>
        answer.Object("credits") is { } wire && wire.Amount("costUSD") is { } cost
            ? new CreditsUsed
            {
                CostUsd = cost,
                Amount = wire.Amount("creditsUsed") ?? cost,
                ReservationId = wire.Text("reservationId") ?? "",
                Project = wire.Address<AccountAddress>("project"),
            }
            : null;

    /// <summary>The guide's word. Without it, from the official number (or name), with what the node said of its end.</summary>
    private static JobStatus? Status(WireObject wire, EndReason? end) =>
        wire.Word("status", WireJson.Reading.JobStatus) ?? State(wire) switch
        {
            JobState.Completed when end is null => wire.Text("jobStatus") is "failed" ? JobStatus.Failed : JobStatus.Completed,
            { } state => state.Status(end),
            null => null,
        };

    private static JobState? State(WireObject wire) => wire.Text("state")?.ToUpperInvariant() switch
    {
        "QUEUED" => JobState.Queued,
        "RUNNING" => JobState.Running,
        "COMPLETED" => JobState.Completed,
        "STOPPED" => JobState.Stopped,
        _ => wire.Integer("state") is >= 0 and <= 3 and { } number ? (JobState)number : null,
    };

    private static byte[]? Document(WireObject job, string name) =>
        job.Object(name) is { } document ? Encoding.UTF8.GetBytes(document.Json.GetRawText()) : null;

    private static QueuePosition? Queue(WireObject job) =>
        job.Object("queue") is { } queue && queue.Count("position") is { } position
            ? new QueuePosition(position, queue.Count("length") ?? position, queue.Count("freeNodes") ?? 0)
            {
                FittingNodes = queue.Count("fittingNodes"),
                Note = queue.Text("note"),
            }
            : null;

    private static JobEndpoint? Endpoint(WireObject wire) =>
        wire.Text("opId") is { } op && wire.Count("port") is { } port && wire.Text("url") is { } url
            ? new JobEndpoint { OpId = op, Port = port, Url = url, Status = wire.Word("status", WireJson.Reading.EndpointStatus) ?? EndpointStatus.Unknown }
            : null;
}
