namespace Nosnet.Node;

/// <summary>Whether what a run writes to disk brings it to its end, and whose fault that is.</summary>
internal static class DiskVerdict
{
    // Below this the machine itself is about to fail, whoever's fault it is.
    private const double LeastLeft = 0.03;

    /// <summary>Why the run ends; null where it goes on.</summary>
    /// <param name="now">How many bytes it takes up; null while that is still being measured.</param>
    /// <param name="before">How many they were at the look before.</param>
    /// <param name="quota">How many they may be.</param>
    /// <param name="left">How much of the node's disk is left, from 0 to 1.</param>
    public static Halt? Of(long? now, long before, long quota, double left)
    {
        if (now > quota)
            return Halt.DiskQuotaExceeded(quota);
        return left < LeastLeft && (now is null || now > before) ? Halt.DiskFull : null;
    }
}
