namespace Nosnet.Node;

/// <summary>When a node says that it lives (ADR 6).</summary>
internal static class Beats
{
    /// <summary>How often a beat may fall due.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromSeconds(5);

    private const int IdleTicks = 2;

    /// <param name="ticks">How many ticks ago the last beat was.</param>
    /// <param name="isIdle">Whether the node runs nothing, and so has nothing to lose but its place.</param>
    /// <param name="wasAnswered">Whether the last beat was.</param>
    public static bool IsDue(int ticks, bool isIdle, bool wasAnswered) => ticks >= IdleTicks || !isIdle || !wasAnswered;
}
