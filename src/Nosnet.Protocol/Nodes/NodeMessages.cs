using System.Text.Json;
using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary><c>POST /api/nodes/challenge</c>: the first step of a node that wants a token.</summary>
public sealed record ChallengeRequest(NodeAddress Node);

/// <summary>The answer: sign the UTF-8 bytes of <paramref name="Challenge"/> with the node's key.</summary>
public sealed record ChallengeAnswer(string Challenge, DateTimeOffset ExpiresAt);

/// <summary><c>POST /api/nodes/token</c>: the second step.</summary>
/// <param name="Node">The node.</param>
/// <param name="Challenge">The challenge as it was given.</param>
/// <param name="Signature">Its Ed25519 signature in base58.</param>
public sealed record TokenRequest(NodeAddress Node, string Challenge, string Signature);

/// <summary>The answer: send it as <c>Authorization: Bearer …</c> on every call of the node, and ask for a new one before it expires.</summary>
public sealed record TokenAnswer(string Token, DateTimeOffset ExpiresAt);

/// <summary><c>POST /api/nodes/register</c>, with an API key that has the scope <c>nodes:register</c>: makes a node known, or renames it. Idempotent.</summary>
/// <param name="Node">The node.</param>
/// <param name="Challenge">A challenge of <c>/api/nodes/challenge</c>.</param>
/// <param name="Signature">Its signature, as proof that the caller holds the node's key.</param>
/// <param name="Name">What people call the machine.</param>
public sealed record RegisterNodeRequest(NodeAddress Node, string Challenge, string Signature, string Name)
{
    /// <summary>What the machine is; null leaves what is known.</summary>
    public NodeHardware? Hardware { get; init; }

    /// <summary>What its operator allows jobs; null leaves what is known.</summary>
    public JsonElement? Policy { get; init; }
}

/// <summary><c>POST /api/nodes/join</c>, with the node's token: waits for jobs of a market. <c>POST /api/nodes/leave</c> takes nothing and leaves.</summary>
/// <param name="Market">The market, by address or slug.</param>
/// <param name="Slots">How many jobs it runs at once.</param>
public sealed record JoinMarketRequest(string Market, int Slots = 1)
{
    /// <summary>What the machine is; null leaves what is known.</summary>
    public NodeHardware? Hardware { get; init; }

    /// <summary>What its operator allows jobs; null leaves what is known.</summary>
    public JsonElement? Policy { get; init; }
}

/// <summary>
/// <c>POST /api/nodes/drain</c> with the node's token, or <c>POST /api/nodes/{node}/drain</c> by the operator: the node finishes what it
/// runs and takes nothing new, until <c>…/resume</c>.
/// </summary>
/// <param name="ThenStop">Whether its process is to end once nothing runs. A node that ended like that takes jobs again when it is started.</param>
public sealed record DrainRequest(bool ThenStop = false);

/// <summary>How far the node is with a run.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RunPhase>))]
public enum RunPhase
{
    /// <summary>Taken; images are being pulled.</summary>
    [JsonStringEnumMemberName("preparing")] Preparing,

    /// <summary>Containers run.</summary>
    [JsonStringEnumMemberName("running")] Running,

    /// <summary>Containers have ended; the result is being pinned.</summary>
    [JsonStringEnumMemberName("finishing")] Finishing,
}

/// <summary>What a node says of one of its runs.</summary>
public sealed record RunReport(RunAddress Run, int Epoch, RunPhase Phase)
{
    /// <summary>How its exposed ports are; null where it has none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ServiceReport>? Services { get; init; }
}

/// <summary>What a node says of an exposed port.</summary>
/// <param name="Operation">The operation's place in the definition, from 0.</param>
/// <param name="Port">The port.</param>
/// <param name="Status">Whether it answers.</param>
public sealed record ServiceReport(int Operation, int Port, EndpointStatus Status);

/// <summary><c>POST /api/nodes/heartbeat</c>, every 5 s, or every 10 s by a node that runs nothing: renews the node's lease on all its runs.</summary>
public sealed record Heartbeat(IReadOnlyList<RunReport> Runs);

/// <summary>The answer to a heartbeat: what the node shall be doing. What it runs beyond that, it kills.</summary>
/// <param name="Assignments">Every run that is the node's now.</param>
/// <param name="LeaseSeconds">After how many seconds of silence those runs are given away.</param>
/// <param name="Market">The market it waits in or works for; null where it joined none, so that it joins again.</param>
public sealed record HeartbeatAnswer(IReadOnlyList<Assignment> Assignments, int LeaseSeconds, MarketAddress? Market)
{
    /// <summary>Whether it is to take no new jobs.</summary>
    public bool Draining { get; init; }

    /// <summary>Whether its process is to end once nothing runs.</summary>
    public bool StopWhenIdle { get; init; }
}

/// <summary>One run that the server assigned. Also the body of <c>PUT http://node/runs/{run}</c> through the tunnel, which may be repeated.</summary>
public sealed record Assignment
{
    /// <summary>The run.</summary>
    public required RunAddress Run { get; init; }

    /// <summary>Its number; everything the node says of the run carries it.</summary>
    public required int Epoch { get; init; }

    /// <summary>The job.</summary>
    public required JobAddress Job { get; init; }

    /// <summary>The account that owns the job.</summary>
    public required AccountAddress Project { get; init; }

    /// <summary>The market.</summary>
    public required MarketAddress Market { get; init; }

    /// <summary>The CID of the job definition, to be read from <c>/ipfs/{cid}</c> and verified.</summary>
    public required Cid Definition { get; init; }

    /// <summary>The longest it may run, in seconds from its start; grows when the owner extends.</summary>
    public required long TimeoutSeconds { get; init; }

    /// <summary>How many seconds are left of that by the server's clock; null while it has not started.</summary>
    public double? RemainingSeconds { get; init; }

    /// <summary>The domain under which exposed ports answer, as <c>{id}.{domain}</c>, with its port where it has one; null: not said.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? EndpointDomain { get; init; }

    /// <summary>Whether the owner wants it stopped.</summary>
    public bool StopRequested { get; init; }
}

/// <summary><c>POST /api/nodes/runs/{run}/start</c>: the containers are about to start; what the job costs counts from its acceptance.</summary>
/// <remarks>409 <c>STALE_EPOCH</c>: the run is not the node's any more, kill its containers.</remarks>
public sealed record RunStart(int Epoch);

/// <summary>The answer to <see cref="RunStart"/>.</summary>
public sealed record RunStarted(DateTimeOffset StartedAt, double RemainingSeconds);

/// <summary><c>POST /api/nodes/runs/{run}/finish</c>: the containers have ended and the result is pinned. Idempotent for the same epoch.</summary>
public sealed record RunFinish
{
    /// <summary>The run's number.</summary>
    public required int Epoch { get; init; }

    /// <summary>Why it ended.</summary>
    public required EndReason Reason { get; init; }

    /// <summary>The CID of the result document.</summary>
    public Cid? Result { get; init; }

    /// <summary>How long ago the last container ended, in seconds by the node's clock; 0 where none ran.</summary>
    public required double EndedSecondsAgo { get; init; }
}

/// <summary>The answer to <see cref="RunFinish"/>.</summary>
public sealed record RunFinished(JobStatus Status, Credits CostUsd);

/// <summary><c>GET http://node/info</c> through the tunnel: what a node says of itself.</summary>
/// <param name="Node">Its address.</param>
/// <param name="StartedAt">When it started.</param>
public sealed record NodeAbout(NodeAddress Node, DateTimeOffset StartedAt)
{
    /// <summary>What it holds jobs to, with every limit as it is in force; null: not said.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public NodePolicy? Policy { get; init; }
}

/// <summary>A node as <c>GET /api/nodes</c> lists it.</summary>
public sealed record NodeView
{
    /// <summary>Its address.</summary>
    public required NodeAddress Address { get; init; }

    /// <summary>What people call it.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// As the official node names its state: <c>RUNNING_JOB</c>, <c>QUEUED</c> (waiting for a job) or <c>OTHER</c> (it takes none: it is
    /// draining, or has joined no market). <c>OFFLINE</c> where the server does not hear it.
    /// </summary>
    public required string State { get; init; }

    /// <summary>The market it joined.</summary>
    public MarketAddress? Market { get; init; }

    /// <summary>How many jobs it runs at once.</summary>
    public required int Slots { get; init; }

    /// <summary>How many it runs now.</summary>
    public required int RunningJobs { get; init; }

    /// <summary>Whether it finishes what it runs and takes nothing new.</summary>
    public bool Draining { get; init; }

    /// <summary>When it was last heard of; null where not since the server started.</summary>
    public DateTimeOffset? LastSeenAt { get; init; }

    /// <summary>What the machine is; null where the node has not told.</summary>
    public NodeHardware? Info { get; init; }

    /// <summary>What its operator allows jobs; null where the node has not told.</summary>
    public JsonElement? Policy { get; init; }
}
