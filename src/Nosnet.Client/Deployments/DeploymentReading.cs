using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>Reads deployments and what belongs to them as networks of all generations answer with them.</summary>
internal static class DeploymentReading
{
    /// <summary>The deployment, or null where the answer does not say which.</summary>
    public static Deployment? Deployment(WireObject wire) =>
        wire.Address<DeploymentAddress>("id") is not { } address ? null : new Deployment
        {
            Address = address,
            Name = wire.Text("name") ?? "",
            Status = wire.Word("status", WireJson.Reading.DeploymentStatus),
            Strategy = wire.Word("strategy", WireJson.Reading.DeploymentStrategy),
            Market = wire.Text("market"),
            Owner = wire.Address<AccountAddress>("owner"),
            Vault = wire.Address<AccountAddress>("vault"),
            Replicas = wire.Count("replicas") ?? 0,
            ActiveJobs = wire.Count("active_jobs") ?? 0,
            Timeout = Minutes(wire, "timeout"),
            Schedule = wire.Text("schedule"),
            TimeZone = wire.Text("time_zone"),
            NextRuns = [.. wire.Texts("next_runs").Select(t => DateTimeOffset.TryParse(t, out var at) ? at : (DateTimeOffset?)null).OfType<DateTimeOffset>()],
            RotationTime = Minutes(wire, "rotation_time"),
            StartupTimeout = Minutes(wire, "startup_timeout"),
            Confidential = wire.Flag("confidential") ?? false,
            ActiveRevision = wire.Count("active_revision") ?? 1,
            Endpoints = [.. wire.Objects("endpoints").Select(Endpoint).OfType<DeploymentEndpoint>()],
            NextRetryAt = wire.Moment("next_retry_at"),
            Budget = wire.Amount("budget"),
            Spent = wire.Amount("spent"),
            MaxJobs = wire.Count("max_jobs"),
            JobsListed = wire.Count("jobs_listed"),
            CreatedAt = wire.Moment("created_at"),
            UpdatedAt = wire.Moment("updated_at"),
            Json = wire.Json,
        };

    public static DeploymentJob? Job(WireObject wire) =>
        wire.Address<JobAddress>("job") is not { } job ? null : new DeploymentJob
        {
            Address = job,
            State = State(wire.Text("state")),
            EndReason = wire.Word("end_reason", WireJson.Reading.EndReason),
            Revision = wire.Count("revision") ?? 1,
            Node = wire.Address<NodeAddress>("node"),
            Tx = wire.Text("tx"),
            Cost = wire.Amount("cost_usd"),
            StartedAt = wire.Moment("time_start"),
            EndedAt = wire.Moment("time_end"),
            PostedAt = wire.Moment("created_at"),
            Json = wire.Json,
        };

    public static DeploymentEvent? Event(WireObject wire) =>
        wire.Text("type") is not { } type ? null : new DeploymentEvent(type, wire.Text("message") ?? "", wire.Moment("created_at"))
        {
            Tx = wire.Text("tx") is { Length: > 0 } tx ? tx : null,
            Json = wire.Json,
        };

    public static DeploymentTask? Task(WireObject wire) =>
        wire.Word("task", WireJson.Reading.DeploymentTaskKind) is not { } kind ? null : new DeploymentTask(kind, wire.Moment("due_at"))
        {
            Job = wire.Address<JobAddress>("job"),
            Limit = wire.Count("limit"),
            Retries = wire.Count("retries"),
            Json = wire.Json,
        };

    public static DeploymentRevision? Revision(WireObject wire) =>
        wire.Count("revision") is not { } number ? null : new DeploymentRevision(number, wire.Cid("ipfs_definition_hash"), wire.Moment("created_at"))
        {
            Definition = wire.Object("job_definition") is { } definition ? JobDefinitionParser.Parse(definition.Json.GetRawText()).Definition : null,
            Json = wire.Json,
        };

    public static Vault? Vault(WireObject wire) =>
        wire.Address<AccountAddress>("vault") is not { } address ? null : new Vault
        {
            Address = address,
            Owner = wire.Address<AccountAddress>("owner"),
            Name = wire.Text("name") ?? "",
            Available = wire.Amount("available"),
            Reserved = wire.Amount("reserved"),
            CreatedAt = wire.Moment("created_at"),
            Json = wire.Json,
        };

    private static DeploymentEndpoint? Endpoint(WireObject wire) =>
        wire.Text("opId") is { } op && wire.Text("url") is { } url && wire.Json.TryGetProperty("port", out var port)
            ? new DeploymentEndpoint { OpId = op, Port = port, Url = url, Status = wire.Word("status", WireJson.Reading.EndpointStatus) ?? EndpointStatus.Unknown }
            : null;

    private static JobState? State(string? word) => word switch
    {
        "QUEUED" => JobState.Queued,
        "RUNNING" => JobState.Running,
        "COMPLETED" => JobState.Completed,
        "STOPPED" => JobState.Stopped,
        _ => null,
    };

    private static TimeSpan? Minutes(WireObject wire, string name) =>
        wire.Number(name) is >= 0 and <= 10_000_000m and { } minutes ? TimeSpan.FromSeconds((double)decimal.Round(minutes * 60, 3)) : null;
}
