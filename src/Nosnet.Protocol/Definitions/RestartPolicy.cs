namespace Nosnet.Protocol;

/// <summary>What happens when a container ends by itself.</summary>
public sealed record RestartPolicy
{
    private RestartPolicy(RestartMode mode, int? tries = null)
    {
        Mode = mode;
        Tries = tries;
    }

    /// <summary>It stays ended.</summary>
    public static RestartPolicy No { get; } = new(RestartMode.No);

    /// <summary>It is started again.</summary>
    public static RestartPolicy Always { get; } = new(RestartMode.Always);

    /// <summary>It is started again unless it was stopped.</summary>
    public static RestartPolicy UnlessStopped { get; } = new(RestartMode.UnlessStopped);

    /// <summary>When.</summary>
    public RestartMode Mode { get; }

    /// <summary>How often at most; null: no limit.</summary>
    public int? Tries { get; }

    /// <summary>It is started again after an exit code other than 0, so many times at most.</summary>
    public static RestartPolicy OnFailure(int? tries = null) => new(RestartMode.OnFailure, tries);

    internal static RestartPolicy Of(RestartMode mode) => new(mode);
}

/// <summary>When a container is started again.</summary>
public enum RestartMode
{
    /// <summary>Never; "no".</summary>
    No,

    /// <summary>Always; "always".</summary>
    Always,

    /// <summary>Unless it was stopped; "unless-stopped".</summary>
    UnlessStopped,

    /// <summary>After an exit code other than 0; "on-failure".</summary>
    OnFailure,
}
