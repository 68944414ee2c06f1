using System.Text.Json;
using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary><c>POST /api/deployments/create</c>. Properties that are not known here are passed over.</summary>
public sealed record CreateDeploymentRequest
{
    /// <summary>Its name, up to 200 characters; may be empty.</summary>
    [JsonPropertyName("name")] public string? Name { get; init; }

    /// <summary>The market's address or short name. Looked up when jobs are posted, not now.</summary>
    [JsonPropertyName("market")] public string? Market { get; init; }

    /// <summary>How many jobs, 1 or more.</summary>
    [JsonPropertyName("replicas")] public decimal? Replicas { get; init; }

    /// <summary>The timeout of each job, in minutes, 1 or more; INFINITE needs 60 or more.</summary>
    [JsonPropertyName("timeout")] public decimal? Timeout { get; init; }

    /// <summary><c>SIMPLE</c>, <c>SIMPLE-EXTEND</c>, <c>SCHEDULED</c> or <c>INFINITE</c>.</summary>
    [JsonPropertyName("strategy")] public string? Strategy { get; init; }

    /// <summary>What its jobs run.</summary>
    [JsonPropertyName("job_definition")] public JsonElement? JobDefinition { get; init; }

    /// <summary>For SCHEDULED: a cron schedule of five fields.</summary>
    [JsonPropertyName("schedule")] public string? Schedule { get; init; }

    /// <summary>Ours, for SCHEDULED: the schedule's time zone by its IANA name; UTC unless told.</summary>
    [JsonPropertyName("time_zone")] public string? TimeZone { get; init; }

    /// <summary>For INFINITE: how many minutes before a job's time is up its replacement is posted; 20 unless told.</summary>
    [JsonPropertyName("rotation_time")] public decimal? RotationTime { get; init; }

    /// <summary>For INFINITE with exposed ports: how many minutes a job may take until they answer.</summary>
    [JsonPropertyName("startup_timeout")] public decimal? StartupTimeout { get; init; }

    /// <summary>Whether definitions and results never go to IPFS; not unless told.</summary>
    [JsonPropertyName("confidential")] public bool? Confidential { get; init; }

    /// <summary>Whether to start it at once.</summary>
    [JsonPropertyName("autostart")] public bool? Autostart { get; init; }

    /// <summary>A vault of the caller's that pays for its jobs; the caller's own balance unless told.</summary>
    [JsonPropertyName("vault")] public string? Vault { get; init; }

    /// <summary>Whether to make a vault for it.</summary>
    [JsonPropertyName("new_vault")] public bool? NewVault { get; init; }

    /// <summary>A text of the caller's own: a second deployment under it is refused with 409.</summary>
    [JsonPropertyName("idempotency_key")] public string? IdempotencyKey { get; init; }

    /// <summary>Ours: the most that its jobs may cost in all, in USD.</summary>
    [JsonPropertyName("budget")] public Credits? Budget { get; init; }

    /// <summary>Ours: the most jobs that it may post in all.</summary>
    [JsonPropertyName("max_jobs")] public decimal? MaxJobs { get; init; }
}

/// <summary><c>POST /api/deployments/{id}/duplicate</c>; the body may be left out.</summary>
public sealed record DuplicateDeploymentRequest
{
    /// <summary>The name of the copy; that of the original with <c> (copy)</c> behind it unless told.</summary>
    [JsonPropertyName("name")] public string? Name { get; init; }

    /// <summary>Whether to start it at once.</summary>
    [JsonPropertyName("autostart")] public bool? Autostart { get; init; }
}

/// <summary>What the <c>update-…</c> routes take, each its own field.</summary>
public sealed record UpdateDeploymentRequest
{
    /// <summary><c>update-name</c>: 1 to 200 characters.</summary>
    [JsonPropertyName("name")] public string? Name { get; init; }

    /// <summary><c>update-market</c>: an address or a short name.</summary>
    [JsonPropertyName("market")] public string? Market { get; init; }

    /// <summary><c>update-replica-count</c>: 0 or more.</summary>
    [JsonPropertyName("replicas")] public decimal? Replicas { get; init; }

    /// <summary><c>update-timeout</c>: minutes, 1 or more; INFINITE needs 60 or more.</summary>
    [JsonPropertyName("timeout")] public decimal? Timeout { get; init; }

    /// <summary><c>update-schedule</c>: a cron schedule of five fields.</summary>
    [JsonPropertyName("schedule")] public string? Schedule { get; init; }

    /// <summary><c>update-schedule</c>, ours: its time zone by its IANA name; as it is unless told.</summary>
    [JsonPropertyName("time_zone")] public string? TimeZone { get; init; }

    /// <summary><c>update-active-revision</c>: the number of a revision that there is.</summary>
    [JsonPropertyName("active_revision")] public decimal? ActiveRevision { get; init; }

    /// <summary><c>update-startup-timeout</c>: minutes, 1 or more.</summary>
    [JsonPropertyName("startup_timeout")] public decimal? StartupTimeout { get; init; }

    /// <summary><c>update-budget</c>, ours: the most that its jobs may cost in all, in USD; null: no limit.</summary>
    [JsonPropertyName("budget")] public Credits? Budget { get; init; }

    /// <summary><c>update-budget</c>, ours: the most jobs that it may post in all; null: no limit.</summary>
    [JsonPropertyName("max_jobs")] public decimal? MaxJobs { get; init; }
}

/// <summary>The answer to a change of a deployment: what was changed alone, besides <c>updated_at</c>.</summary>
public sealed record DeploymentChanged
{
    /// <summary>When.</summary>
    [JsonPropertyName("updated_at"), JsonConverter(typeof(UtcConverter))] public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>After <c>start</c>, <c>stop</c> and <c>archive</c>.</summary>
    [JsonPropertyName("status"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public DeploymentStatus? Status { get; init; }

    /// <summary>After <c>update-name</c>.</summary>
    [JsonPropertyName("name"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Name { get; init; }

    /// <summary>After <c>update-market</c>.</summary>
    [JsonPropertyName("market"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Market { get; init; }

    /// <summary>After <c>update-replica-count</c>.</summary>
    [JsonPropertyName("replicas"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public int? Replicas { get; init; }

    /// <summary>After <c>update-timeout</c>: minutes.</summary>
    [JsonPropertyName("timeout"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public decimal? Timeout { get; init; }

    /// <summary>After <c>update-schedule</c>.</summary>
    [JsonPropertyName("schedule"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Schedule { get; init; }

    /// <summary>After <c>update-schedule</c>, ours.</summary>
    [JsonPropertyName("time_zone"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? TimeZone { get; init; }

    /// <summary>After <c>update-schedule</c>, ours: the next five times of the schedule.</summary>
    [JsonPropertyName("next_runs"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public IReadOnlyList<DateTimeOffset>? NextRuns { get; init; }

    /// <summary>After <c>update-startup-timeout</c>: minutes.</summary>
    [JsonPropertyName("startup_timeout"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public decimal? StartupTimeout { get; init; }

    /// <summary>After <c>update-budget</c>, ours: USD; absent: no limit.</summary>
    [JsonPropertyName("budget"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public Credits? Budget { get; init; }

    /// <summary>After <c>update-budget</c>, ours; absent: no limit.</summary>
    [JsonPropertyName("max_jobs"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public int? MaxJobs { get; init; }

    /// <summary>After <c>create-revision</c> and <c>update-active-revision</c>.</summary>
    [JsonPropertyName("active_revision"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public int? ActiveRevision { get; init; }

    /// <summary>Likewise.</summary>
    [JsonPropertyName("endpoints"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public IReadOnlyList<DeploymentEndpoint>? Endpoints { get; init; }

    /// <summary>After <c>create-revision</c>: the newest revisions, oldest first.</summary>
    [JsonPropertyName("revisions"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public IReadOnlyList<DeploymentRevisionView>? Revisions { get; init; }
}

/// <summary>The answer to <c>GET /api/deployments/{id}/header</c>.</summary>
/// <param name="Header">What to send as <c>Authorization</c> to the nodes of the deployment's jobs: <c>message:signature</c>, with a time where asked.</param>
public sealed record DeploymentHeader(string Header);

/// <summary>The answer to a node that delivered what it was to deliver.</summary>
public sealed record Delivered(string Message);
