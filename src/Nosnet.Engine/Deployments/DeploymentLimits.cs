namespace Nosnet.Engine;

/// <summary>What a deployment may be.</summary>
public static class DeploymentLimits
{
    /// <summary>How many replicas the deployments of one account may have together.</summary>
    public const int MostReplicas = 10_000;

    /// <summary>How many revisions a deployment may have: one a day for years. None of them is ever deleted before it.</summary>
    public const int MostRevisions = 1_000;

    /// <summary>The shortest timeout of a deployment's jobs.</summary>
    public const long LeastTimeoutSeconds = 60;

    /// <summary>The shortest timeout where jobs are replaced for ever.</summary>
    public const long LeastInfiniteTimeoutSeconds = 3_600;

    /// <summary>How long before a job's end its replacement is posted unless told.</summary>
    public const long DefaultRotationSeconds = 20 * 60;

    /// <summary>How long a job has to run at least before its replacement is posted.</summary>
    public const long LeastBeforeRotationSeconds = 10 * 60;

    /// <summary>The shortest time that services may be given to come online.</summary>
    public const long LeastStartupSeconds = 60;

    /// <summary>The shortest text of an address that official clients take.</summary>
    public const int ShortestAddress = 43;
}
