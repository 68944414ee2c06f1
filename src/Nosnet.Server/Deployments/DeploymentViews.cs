using System.Globalization;
using System.Text.Json;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>Deployments, and what belongs to them, as they are shown.</summary>
internal sealed class DeploymentViews(
    NetworkEngine engine, Names names, Revisions revisions, SharedServices services, ServerAddress server, JobViews jobs, History history, TimeProvider time)
{
    private const int ShownRuns = 5;

    public async Task<DeploymentView> ViewAsync(Deployment deployment, CancellationToken cancellation) => Of(
        deployment,
        await names.AccountAsync(deployment.Account, cancellation),
        await names.AccountAsync(deployment.Payer, cancellation),
        await EndpointsAsync(deployment, deployment.ActiveRevision, cancellation),
        (await engine.Read.ActiveJobsAsync(deployment.Key, cancellation)).Count(j => j.State is JobState.Running));

    /// <summary>The same from what was read before: it does no I/O.</summary>
    public DeploymentView Of(Deployment deployment, AccountAddress owner, AccountAddress vault, IReadOnlyList<DeploymentEndpoint> endpoints, int activeJobs) => new()
    {
        Id = deployment.Address,
        Name = deployment.Name,
        Vault = vault,
        Market = deployment.Market,
        Owner = owner,
        Status = deployment.Status,
        Replicas = deployment.Replicas,
        Timeout = DeploymentNumbers.Minutes(deployment.TimeoutSeconds),
        Endpoints = endpoints,
        Confidential = deployment.Confidential,
        ActiveRevision = deployment.ActiveRevision,
        ActiveJobs = activeJobs,
        CreatedAt = deployment.CreatedAt,
        UpdatedAt = deployment.UpdatedAt,
        Strategy = deployment.Strategy,
        Schedule = deployment.Schedule?.Cron,
        RotationTime = deployment.Strategy is DeploymentStrategy.Infinite ? DeploymentNumbers.Minutes(deployment.RotationSeconds) : null,
        StartupTimeout = DeploymentNumbers.MinutesOrNull(deployment.StartupSeconds),
        TimeZone = deployment.Schedule is { } schedule ? schedule.TimeZone ?? "UTC" : null,
        NextRuns = NextRuns(deployment),
        NextRetryAt = deployment.NextRetryAt,
        Budget = deployment.Budget,
        Spent = deployment.Spent,
        MaxJobs = deployment.MaxJobs,
        JobsListed = (int)Math.Min(deployment.JobsListed, int.MaxValue),
    };

    /// <summary>The next times of its schedule; null where it has none.</summary>
    public IReadOnlyList<DateTimeOffset>? NextRuns(Deployment deployment) => deployment.Schedule is { } schedule ? [.. schedule.Next(time.GetUtcNow(), ShownRuns)] : null;

    /// <summary>Where the ports of a revision answer. Their URLs are the same in every revision.</summary>
    public async ValueTask<IReadOnlyList<DeploymentEndpoint>> EndpointsAsync(Deployment deployment, int revision, CancellationToken cancellation) =>
        await revisions.DefinitionAsync(deployment.Key, revision, cancellation) is { } definition
            ? Endpoints(deployment.Address, await names.AccountAsync(deployment.Payer, cancellation), definition)
            : [];

    /// <summary>The same of a definition that is at hand.</summary>
    public IReadOnlyList<DeploymentEndpoint> Endpoints(DeploymentAddress deployment, AccountAddress vault, JobDefinition definition) =>
    [
        .. definition.Ops.OfType<ContainerRun>().SelectMany(op => op.Expose.Where(e => e is ExposedPort or LiteralPort).Select(exposure =>
        {
            var id = EndpointId.OfDeployment(deployment.ToString(), vault, op.Id);
            return new DeploymentEndpoint { OpId = op.Id, Port = Port(exposure), Url = server.Endpoint(id), Status = services.StatusOf(id, (exposure as ExposedPort)?.Port) };
        })),
    ];

    public async Task<DeploymentJobView> JobAsync(Job job, DeploymentAddress deployment, CancellationToken cancellation) => new()
    {
        Tx = await history.TxOfPostAsync(job, cancellation),
        Deployment = deployment,
        Job = engine.Addresses.Job(job.Key),
        Market = await names.MarketAsync(job.Market, cancellation),
        Node = job.Node == 0 ? null : await names.NodeAsync(job.Node, cancellation),
        Revision = job.Revision,
        State = Word(job.State),
        TimeStart = job.StartedAt?.ToUnixTimeSeconds() ?? 0,
        TimeEnd = job.EndedAt?.ToUnixTimeSeconds() ?? 0,
        EndReason = job.Reason,
        CostUsd = jobs.CostSoFar(job),
        CreatedAt = job.PostedAt,
        UpdatedAt = ((DateTimeOffset?[])[job.PostedAt, job.AssignedAt, job.StartedAt, job.StopRequestedAt, job.EndedAt]).Max()!.Value,
    };

    public static string Word(JobState state) => state switch
    {
        JobState.Queued => "QUEUED",
        JobState.Running => "RUNNING",
        JobState.Completed => "COMPLETED",
        _ => "STOPPED",
    };

    public DeploymentTaskView Task(DeploymentTask task, DeploymentAddress deployment) => new()
    {
        Task = task.Kind,
        DeploymentId = deployment,
        Job = task.Job == 0 ? null : engine.Addresses.Job(task.Job),
        Limit = task.Limit,
        ActiveRevision = task.Revision == 0 ? null : task.Revision,
        DueAt = task.DueAt,
        CreatedAt = task.CreatedAt,
        Retries = task.Retries,
    };

    public static DeploymentEventView Event(DeploymentEvent step, DeploymentAddress deployment) => new()
    {
        Category = step.Category,
        DeploymentId = deployment,
        Type = step.Type,
        Message = step.Message,
        Tx = step.Tx?.ToString(),
        CreatedAt = step.At,
    };

    public async Task<DeploymentRevisionView> RevisionAsync(DeploymentRevision revision, DeploymentAddress deployment, CancellationToken cancellation) => new()
    {
        Revision = revision.Number,
        Deployment = deployment,
        IpfsDefinitionHash = revision.Definition,
        JobDefinition = await revisions.JsonAsync(revision.Deployment, revision.Number, cancellation) ?? default,
        CreatedAt = revision.CreatedAt,
    };

    private static JsonElement Port(Exposure exposure) => JsonElement.Parse(exposure switch
    {
        ExposedPort port => port.Port.ToString(CultureInfo.InvariantCulture),
        LiteralPort { Literal: var text } => $"\"{JsonEncodedText.Encode(text)}\"",
        _ => "null",
    });
}
