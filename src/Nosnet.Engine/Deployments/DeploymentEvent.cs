using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>Something that happened to a deployment, for its owner to read.</summary>
public sealed record DeploymentEvent
{
    public const string DeploymentCategory = "Deployment";

    public required long Key { get; init; }
    public required long Deployment { get; init; }
    public string Category { get; init; } = DeploymentCategory;

    /// <summary>One of <see cref="DeploymentEventTypes"/>.</summary>
    public required string Type { get; init; }

    /// <summary>A sentence.</summary>
    public required string Message { get; init; }

    /// <summary>The id of the change it tells of; null: of none.</summary>
    public Tx? Tx { get; init; }

    public required DateTimeOffset At { get; init; }
}

/// <summary>What the events of a deployment tell of. Official clients know most of these words.</summary>
public static class DeploymentEventTypes
{
    public const string Listed = "JOB_LIST_CONFIRMED";
    public const string ListRefused = "JOB_LIST_ERROR";
    public const string Extended = "JOB_EXTEND_SUCCESSFUL";
    public const string ExtendRefused = "JOB_EXTEND_ERROR";
    public const string Stopped = "JOB_STOPPED_CONFIRMED";
    public const string HeldBack = "RAPID_COMPLETION_THROTTLE";
    public const string GivenUp = "RAPID_COMPLETION_FAIL_SAFE";
    public const string ServicesLost = "FRPS_TUNNEL_LOST";
    public const string ServicesBack = "FRPS_TUNNEL_RECOVERED";

    /// <summary>Ours: no more jobs are posted, because they could cost more than they may together.</summary>
    public const string BudgetReached = "BUDGET_REACHED";

    /// <summary>Ours: no more jobs are posted, because there were as many as there may be.</summary>
    public const string MaxJobsReached = "MAX_JOBS_REACHED";

    /// <summary>Ours: the services of a job were not online in time.</summary>
    public const string StartupTimedOut = "STARTUP_TIMEOUT";
}
