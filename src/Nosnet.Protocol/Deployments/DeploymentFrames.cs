using System.Text.Json;
using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary>
/// What <c>GET /api/deployments/{id}/stream</c> says, one frame per message without a name: where everything stands when it begins, and
/// then each change. <c>type</c> says of what.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(DeploymentFrame), "deployment")]
[JsonDerivedType(typeof(DeploymentJobFrame), "job")]
[JsonDerivedType(typeof(DeploymentEventFrame), "event")]
[JsonDerivedType(typeof(DeploymentTaskFrame), "task")]
[JsonDerivedType(typeof(DeploymentEndpointFrame), "endpoint")]
public abstract record StreamFrame;

/// <summary>The deployment itself.</summary>
public sealed record DeploymentFrame : StreamFrame
{
    /// <summary>Where it stands.</summary>
    [JsonPropertyName("status")] public required DeploymentStatus Status { get; init; }

    /// <summary>How many jobs it keeps.</summary>
    [JsonPropertyName("replicas")] public required int Replicas { get; init; }

    /// <summary>The revision that new jobs run.</summary>
    [JsonPropertyName("active_revision")] public required int ActiveRevision { get; init; }
}

/// <summary>A job of it.</summary>
public sealed record DeploymentJobFrame : StreamFrame
{
    /// <summary>The job's address.</summary>
    [JsonPropertyName("job")] public required JobAddress Job { get; init; }

    /// <summary><c>QUEUED</c>, <c>RUNNING</c>, <c>COMPLETED</c> or <c>STOPPED</c>.</summary>
    [JsonPropertyName("state")] public required string State { get; init; }

    /// <summary>The node that has or had it.</summary>
    [JsonPropertyName("node")] public NodeAddress? Node { get; init; }

    /// <summary>When its containers began, in unix seconds; 0 before.</summary>
    [JsonPropertyName("timeStart")] public required long TimeStart { get; init; }

    /// <summary>When it ended, in unix seconds; 0 before.</summary>
    [JsonPropertyName("timeEnd")] public required long TimeEnd { get; init; }
}

/// <summary>A step in its life. Those before the stream began are told only where it goes on behind a <c>Last-Event-ID</c>.</summary>
public sealed record DeploymentEventFrame : StreamFrame
{
    /// <summary>Always <c>Deployment</c>.</summary>
    [JsonPropertyName("category")] public required string Category { get; init; }

    /// <summary>What happened, such as <c>JOB_LIST_CONFIRMED</c>.</summary>
    [JsonPropertyName("event")] public required string Event { get; init; }

    /// <summary>A sentence.</summary>
    [JsonPropertyName("message")] public required string Message { get; init; }

    /// <summary>The id of the change.</summary>
    [JsonPropertyName("tx")] public string? Tx { get; init; }

    /// <summary>When.</summary>
    [JsonPropertyName("created_at"), JsonConverter(typeof(UtcConverter))] public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A task of it.</summary>
public sealed record DeploymentTaskFrame : StreamFrame
{
    /// <summary>The task's id.</summary>
    [JsonPropertyName("id")] public required string Id { get; init; }

    /// <summary>What it does.</summary>
    [JsonPropertyName("task")] public required DeploymentTaskKind Task { get; init; }

    /// <summary><c>PENDING</c>, or <c>DONE</c> when it is done or dropped; then nothing else is said of it.</summary>
    [JsonPropertyName("status")] public required string Status { get; init; }

    /// <summary>How often it was refused so far.</summary>
    [JsonPropertyName("attempts"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public int? Attempts { get; init; }

    /// <summary>When it is due.</summary>
    [JsonPropertyName("due_at"), JsonConverter(typeof(UtcConverter)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public DateTimeOffset? DueAt { get; init; }

    /// <summary>The one job that it is about.</summary>
    [JsonPropertyName("job")] public JobAddress? Job { get; init; }
}

/// <summary>A port of it.</summary>
public sealed record DeploymentEndpointFrame : StreamFrame
{
    /// <summary>The operation that listens.</summary>
    [JsonPropertyName("opId")] public required string OpId { get; init; }

    /// <summary>The port inside the container.</summary>
    [JsonPropertyName("port")] public required JsonElement Port { get; init; }

    /// <summary>The URL.</summary>
    [JsonPropertyName("url")] public required string Url { get; init; }

    /// <summary><c>ONLINE</c> where any running job of the deployment answers there.</summary>
    [JsonPropertyName("status")] public required EndpointStatus Status { get; init; }
}
