using System.Text.Json;
using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary>A deployment as the official API shows it (snake_case), with ours added at the end.</summary>
public sealed record DeploymentView
{
    /// <summary>Its address.</summary>
    [JsonPropertyName("id")] public required DeploymentAddress Id { get; init; }

    /// <summary>Its name.</summary>
    [JsonPropertyName("name")] public required string Name { get; init; }

    /// <summary>The vault that pays for its jobs; the owner itself where it has none of its own.</summary>
    [JsonPropertyName("vault")] public required AccountAddress Vault { get; init; }

    /// <summary>The market that its jobs are posted to, as it was given: an address or a short name.</summary>
    [JsonPropertyName("market")] public required string Market { get; init; }

    /// <summary>The account that owns it.</summary>
    [JsonPropertyName("owner")] public required AccountAddress Owner { get; init; }

    /// <summary>Where it stands.</summary>
    [JsonPropertyName("status")] public required DeploymentStatus Status { get; init; }

    /// <summary>How many jobs it keeps or posts at once.</summary>
    [JsonPropertyName("replicas")] public required int Replicas { get; init; }

    /// <summary>The timeout of each job, in minutes.</summary>
    [JsonPropertyName("timeout")] public required decimal Timeout { get; init; }

    /// <summary>Where the ports that its active revision exposes answer, whichever jobs run.</summary>
    [JsonPropertyName("endpoints")] public required IReadOnlyList<DeploymentEndpoint> Endpoints { get; init; }

    /// <summary>Whether definitions and results go straight between the network and the nodes, and never to IPFS.</summary>
    [JsonPropertyName("confidential")] public required bool Confidential { get; init; }

    /// <summary>The revision that new jobs run.</summary>
    [JsonPropertyName("active_revision")] public required int ActiveRevision { get; init; }

    /// <summary>How many of its jobs run; those that wait do not count.</summary>
    [JsonPropertyName("active_jobs")] public required int ActiveJobs { get; init; }

    /// <summary>When it was made.</summary>
    [JsonPropertyName("created_at"), JsonConverter(typeof(UtcConverter))] public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its owner last changed it.</summary>
    [JsonPropertyName("updated_at"), JsonConverter(typeof(UtcConverter))] public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>How it keeps its jobs.</summary>
    [JsonPropertyName("strategy")] public required DeploymentStrategy Strategy { get; init; }

    /// <summary>The cron schedule of five fields; SCHEDULED alone has one.</summary>
    [JsonPropertyName("schedule"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Schedule { get; init; }

    /// <summary>How many minutes before a job's time is up its replacement is posted; INFINITE alone has it.</summary>
    [JsonPropertyName("rotation_time"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public decimal? RotationTime { get; init; }

    /// <summary>How many minutes a job of INFINITE may take until its ports answer; longer, and it is replaced. Null: as long as it runs.</summary>
    [JsonPropertyName("startup_timeout"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public decimal? StartupTimeout { get; init; }

    /// <summary>Ours: the time zone of the schedule, by its IANA name.</summary>
    [JsonPropertyName("time_zone"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? TimeZone { get; init; }

    /// <summary>Ours: the next five times of the schedule.</summary>
    [JsonPropertyName("next_runs"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public IReadOnlyList<DateTimeOffset>? NextRuns { get; init; }

    /// <summary>Ours: when what was refused last is tried again; null where nothing waits for that.</summary>
    [JsonPropertyName("next_retry_at"), JsonConverter(typeof(UtcConverter))] public DateTimeOffset? NextRetryAt { get; init; }

    /// <summary>Ours: the most that its jobs may cost in all, in USD; null: no limit.</summary>
    [JsonPropertyName("budget")] public Credits? Budget { get; init; }

    /// <summary>Ours: what its ended jobs have cost, in USD.</summary>
    [JsonPropertyName("spent")] public required Credits Spent { get; init; }

    /// <summary>Ours: the most jobs that it may post in all; null: no limit.</summary>
    [JsonPropertyName("max_jobs")] public int? MaxJobs { get; init; }

    /// <summary>Ours: how many jobs it has posted.</summary>
    [JsonPropertyName("jobs_listed")] public required int JobsListed { get; init; }
}

/// <summary>Where a port of a deployment answers.</summary>
public sealed record DeploymentEndpoint
{
    /// <summary>The operation that listens.</summary>
    [JsonPropertyName("opId")] public required string OpId { get; init; }

    /// <summary>The port inside the container: a number, or a text such as <c>%%ops.x.y%%</c> that each node resolves.</summary>
    [JsonPropertyName("port")] public required JsonElement Port { get; init; }

    /// <summary>The URL. All ports of one operation share it; it goes to the first that answers.</summary>
    [JsonPropertyName("url")] public required string Url { get; init; }

    /// <summary>Ours: <c>ONLINE</c> where any running job of the deployment answers there.</summary>
    [JsonPropertyName("status")] public EndpointStatus Status { get; init; }
}

/// <summary>A job in the list of a deployment's.</summary>
public sealed record DeploymentJobView
{
    /// <summary>The id of the change that posted it.</summary>
    [JsonPropertyName("tx")] public required string Tx { get; init; }

    /// <summary>The deployment.</summary>
    [JsonPropertyName("deployment")] public required DeploymentAddress Deployment { get; init; }

    /// <summary>The job's address.</summary>
    [JsonPropertyName("job")] public required JobAddress Job { get; init; }

    /// <summary>The address of the market that it was posted to.</summary>
    [JsonPropertyName("market")] public required MarketAddress Market { get; init; }

    /// <summary>The node that has or had it.</summary>
    [JsonPropertyName("node")] public NodeAddress? Node { get; init; }

    /// <summary>The revision that it runs.</summary>
    [JsonPropertyName("revision")] public required int Revision { get; init; }

    /// <summary><c>QUEUED</c>, <c>RUNNING</c>, <c>COMPLETED</c> or <c>STOPPED</c>.</summary>
    [JsonPropertyName("state")] public required string State { get; init; }

    /// <summary>When its containers began, in unix seconds; 0 before.</summary>
    [JsonPropertyName("time_start")] public required long TimeStart { get; init; }

    /// <summary>Ours: when it ended, in unix seconds; 0 before.</summary>
    [JsonPropertyName("time_end")] public required long TimeEnd { get; init; }

    /// <summary>Ours: why it ended; null before.</summary>
    [JsonPropertyName("end_reason")] public EndReason? EndReason { get; init; }

    /// <summary>Ours: what it has cost so far, or in all, in USD.</summary>
    [JsonPropertyName("cost_usd")] public required Credits CostUsd { get; init; }

    /// <summary>When it was posted.</summary>
    [JsonPropertyName("created_at"), JsonConverter(typeof(UtcConverter))] public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its state last changed.</summary>
    [JsonPropertyName("updated_at"), JsonConverter(typeof(UtcConverter))] public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>One job of a deployment, with its definition and its result.</summary>
public sealed record DeploymentJobDetail
{
    /// <summary>Whether the deployment is confidential.</summary>
    [JsonPropertyName("confidential")] public required bool Confidential { get; init; }

    /// <summary>The revision that it runs.</summary>
    [JsonPropertyName("revision")] public required int Revision { get; init; }

    /// <summary>The deployment's market, as it was given.</summary>
    [JsonPropertyName("market")] public required string Market { get; init; }

    /// <summary>The node that has or had it; the system address where none has.</summary>
    [JsonPropertyName("node")] public required string Node { get; init; }

    /// <summary>The official state.</summary>
    [JsonPropertyName("state")] public required JobState State { get; init; }

    /// <summary><c>success</c> or <c>failed</c> once it is completed; null otherwise.</summary>
    [JsonPropertyName("jobStatus")] public string? JobStatus { get; init; }

    /// <summary>The definition of its revision.</summary>
    [JsonPropertyName("jobDefinition")] public required JsonElement JobDefinition { get; init; }

    /// <summary>Its result; null before, and where it is not kept any more.</summary>
    [JsonPropertyName("jobResult")] public JsonElement? JobResult { get; init; }

    /// <summary>When its containers began, in unix seconds; 0 before.</summary>
    [JsonPropertyName("timeStart")] public required long TimeStart { get; init; }

    /// <summary>When it ended, in unix seconds; 0 before.</summary>
    [JsonPropertyName("timeEnd")] public required long TimeEnd { get; init; }

    /// <summary>When it was posted, in unix seconds.</summary>
    [JsonPropertyName("listedAt")] public required long ListedAt { get; init; }
}

/// <summary>One step in a deployment's life.</summary>
public sealed record DeploymentEventView
{
    /// <summary>Always <c>Deployment</c>.</summary>
    [JsonPropertyName("category")] public required string Category { get; init; }

    /// <summary>The deployment.</summary>
    [JsonPropertyName("deploymentId")] public required DeploymentAddress DeploymentId { get; init; }

    /// <summary>What happened, such as <c>JOB_LIST_CONFIRMED</c>.</summary>
    [JsonPropertyName("type")] public required string Type { get; init; }

    /// <summary>A sentence.</summary>
    [JsonPropertyName("message")] public required string Message { get; init; }

    /// <summary>The id of the change; absent where nothing was changed.</summary>
    [JsonPropertyName("tx"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Tx { get; init; }

    /// <summary>When.</summary>
    [JsonPropertyName("created_at"), JsonConverter(typeof(UtcConverter))] public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>What a deployment is about to do.</summary>
public sealed record DeploymentTaskView
{
    /// <summary>What it does.</summary>
    [JsonPropertyName("task")] public required DeploymentTaskKind Task { get; init; }

    /// <summary>The deployment.</summary>
    [JsonPropertyName("deploymentId")] public required DeploymentAddress DeploymentId { get; init; }

    /// <summary>The one job that it is about.</summary>
    [JsonPropertyName("job"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public JobAddress? Job { get; init; }

    /// <summary>How many jobs it posts or stops; absent: as many as the strategy says.</summary>
    [JsonPropertyName("limit"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public int? Limit { get; init; }

    /// <summary>The revision whose jobs a LIST posts, and a STOP spares.</summary>
    [JsonPropertyName("active_revision"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public int? ActiveRevision { get; init; }

    /// <summary>When it is due.</summary>
    [JsonPropertyName("due_at"), JsonConverter(typeof(UtcConverter))] public required DateTimeOffset DueAt { get; init; }

    /// <summary>When it was planned.</summary>
    [JsonPropertyName("created_at"), JsonConverter(typeof(UtcConverter))] public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Ours: how often it was refused so far.</summary>
    [JsonPropertyName("retries")] public int Retries { get; init; }
}

/// <summary>One revision of a deployment.</summary>
public sealed record DeploymentRevisionView
{
    /// <summary>Its number, from 1.</summary>
    [JsonPropertyName("revision")] public required int Revision { get; init; }

    /// <summary>The deployment.</summary>
    [JsonPropertyName("deployment")] public required DeploymentAddress Deployment { get; init; }

    /// <summary>The CID of its definition. Only who has the deployment's rights finds anything under that of a confidential one.</summary>
    [JsonPropertyName("ipfs_definition_hash")] public required Cid IpfsDefinitionHash { get; init; }

    /// <summary>Its definition.</summary>
    [JsonPropertyName("job_definition")] public required JsonElement JobDefinition { get; init; }

    /// <summary>When it was made.</summary>
    [JsonPropertyName("created_at"), JsonConverter(typeof(UtcConverter))] public required DateTimeOffset CreatedAt { get; init; }
}
