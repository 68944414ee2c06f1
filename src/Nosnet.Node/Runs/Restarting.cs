using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>Whether a container that has ended by itself is started again, and after which pause.</summary>
internal static class Restarting
{
    /// <summary>A container that ran for so long was well: the next pause is the shortest again.</summary>
    public static readonly TimeSpan Well = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <param name="policy">What the definition says; null: nothing.</param>
    /// <param name="exitCode">With what it has ended.</param>
    /// <param name="restarts">How often it was started again before.</param>
    public static bool IsDue(RestartPolicy? policy, long exitCode, int restarts) => policy?.Mode switch
    {
        RestartMode.Always or RestartMode.UnlessStopped => true,
        RestartMode.OnFailure => exitCode != 0 && (policy.Tries is not { } tries || restarts < tries),
        _ => false,
    };

    /// <summary>The pause before a restart: twice as long each time, up to a minute.</summary>
    /// <param name="inARow">How many restarts came before it without the container running well in between.</param>
    public static TimeSpan Pause(int inARow) => inARow >= 10 ? Longest : Shortest * (1 << inARow) is var pause && pause < Longest ? pause : Longest;
}
