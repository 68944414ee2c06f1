using System.Text.Json;
using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary><c>GET /api/jobs/{address}</c>: a job as its owner sees it. The first block of fields is official, the second is ours.</summary>
public sealed record JobView
{
    /// <summary>The CID of the job definition.</summary>
    public required Cid IpfsJob { get; init; }

    /// <summary>The CID of the result; null until it is pinned.</summary>
    public Cid? IpfsResult { get; init; }

    /// <summary>The market it was posted to.</summary>
    public required MarketAddress Market { get; init; }

    /// <summary>The node that has or had it; the system address <c>1111…</c> while there is none.</summary>
    public required string Node { get; init; }

    /// <summary>The account that pays.</summary>
    public required AccountAddress Payer { get; init; }

    /// <summary>The account that owns it.</summary>
    public required AccountAddress Project { get; init; }

    /// <summary>The price in USD per hour, the network's fee included, as it was when posting.</summary>
    public required Credits Price { get; init; }

    /// <summary>The official state number.</summary>
    public required JobState State { get; init; }

    /// <summary>The kind of market; null here.</summary>
    public string? Type { get; init; }

    /// <summary>The job definition, where the answer carries it (not in lists).</summary>
    [JsonConverter(typeof(DocumentConverter))]
    public JsonElement? JobDefinition { get; init; }

    /// <summary>The result document, logs included, where it is pinned and the answer carries it (not in lists).</summary>
    [JsonConverter(typeof(DocumentConverter))]
    public JsonElement? JobResult { get; init; }

    /// <summary><c>success</c> or <c>failed</c> where the node finished it; otherwise null.</summary>
    public string? JobStatus { get; init; }

    /// <summary>When its containers began, in unix seconds; 0 before.</summary>
    public required long TimeStart { get; init; }

    /// <summary>When it ended, in unix seconds; 0 before.</summary>
    public required long TimeEnd { get; init; }

    /// <summary>Always null: benchmarks are not run here.</summary>
    public long? BenchmarkProcessedAt { get; init; }

    /// <summary>The longest it may run, in seconds.</summary>
    public required long Timeout { get; init; }

    /// <summary>The node's part of the price, in USD per hour.</summary>
    public Credits? UsdRewardPerHour { get; init; }

    /// <summary>When it was posted, in unix seconds.</summary>
    public long? ListedAt { get; init; }

    /// <summary>The job's address.</summary>
    public required JobAddress Address { get; init; }

    /// <summary>The state in the guide's words.</summary>
    public required JobStatus Status { get; init; }

    /// <summary>Why it ended; null before.</summary>
    public EndReason? EndReason { get; init; }

    /// <summary>Whether its owner asked to stop it and its node has yet to report the end.</summary>
    public bool StopRequested { get; init; }

    /// <summary>The address of the current or last run; null while it never had one.</summary>
    public RunAddress? Run { get; init; }

    /// <summary>How many runs it has had.</summary>
    public required int Epoch { get; init; }

    /// <summary>What it has cost so far, or in all where it has ended, in USD.</summary>
    public required Credits CostUsd { get; init; }

    /// <summary>What is held for it, in USD; 0 once it has ended.</summary>
    public required Credits ReservedUsd { get; init; }

    /// <summary>When it was posted.</summary>
    public required DateTimeOffset PostedAt { get; init; }

    /// <summary>When its containers began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When its containers ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>When its time runs out (running) or when it leaves the queue (pending).</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Where it stands while it waits; null otherwise.</summary>
    public QueuePosition? Queue { get; init; }

    /// <summary>What it asks of the machine; null: nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JobRequirements? Requirements { get; init; }

    /// <summary>Where its exposed ports answer.</summary>
    public required IReadOnlyList<JobEndpoint> Endpoints { get; init; }
}

/// <summary>Where a waiting job stands.</summary>
/// <param name="Position">1 is next; counted as far as 10,000.</param>
/// <param name="Length">How many jobs wait in the market; counted as far as 10,000.</param>
/// <param name="FreeNodes">How many nodes of the market wait for a job.</param>
public sealed record QueuePosition(int Position, int Length, int FreeNodes)
{
    /// <summary>How many live nodes of the market can run this job, free or not; null where the network does not tell.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? FittingNodes { get; init; }

    /// <summary>A sentence where none of them can: what it is waiting for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Note { get; init; }
}

/// <summary>Where an exposed port of a job answers.</summary>
public sealed record JobEndpoint
{
    /// <summary>The operation that listens.</summary>
    public required string OpId { get; init; }

    /// <summary>The port inside the container.</summary>
    public required int Port { get; init; }

    /// <summary>The URL from outside.</summary>
    public required string Url { get; init; }

    /// <summary>Whether it answers, as the job's node sees it.</summary>
    public EndpointStatus Status { get; init; }
}

/// <summary>One page of <c>GET /api/jobs</c>, newest first.</summary>
/// <param name="Jobs">The jobs, without their definitions and results.</param>
/// <param name="NextCursor">What to pass as <c>cursor</c> for the next page; null on the last.</param>
/// <param name="TotalJobs">How many jobs the account has posted in all; null where a filter was given.</param>
public sealed record JobPage(IReadOnlyList<JobView> Jobs, string? NextCursor, long? TotalJobs);

/// <summary>One step in a job's life, oldest first in <c>GET /api/jobs/{address}/events</c>.</summary>
public sealed record JobEvent
{
    /// <summary>The id of the change.</summary>
    public required string Tx { get; init; }

    /// <summary>What happened: <c>JobPosted</c>, <c>JobAssigned</c>, <c>RunStarted</c>, <c>RunLost</c>, <c>JobExtended</c>, <c>StopRequested</c> or <c>JobEnded</c>.</summary>
    public required string Type { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The node concerned.</summary>
    public NodeAddress? Node { get; init; }

    /// <summary>The number of the run concerned.</summary>
    public int? Epoch { get; init; }

    /// <summary>Why it ended.</summary>
    public EndReason? Reason { get; init; }

    /// <summary>What was reserved (posted, extended) or settled (ended), in USD.</summary>
    public Credits? Amount { get; init; }
}
