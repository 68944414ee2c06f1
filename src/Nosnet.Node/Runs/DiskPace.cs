namespace Nosnet.Node;

/// <summary>How often a run's disk is looked at.</summary>
internal static class DiskPace
{
    public static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(250);
    public static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    // A look costs a processor at most a twentieth of its time, however many files there are.
    private const int Share = 20;

    /// <summary>The pause until the next look: half of the time in which the quota would be full if it went on like this.</summary>
    /// <param name="left">Bytes that are left of the quota.</param>
    /// <param name="grown">How many came since the look before.</param>
    /// <param name="since">How long ago that was.</param>
    /// <param name="took">How long this look took.</param>
    public static TimeSpan Next(long left, long grown, TimeSpan since, TimeSpan took)
    {
        var pause = grown <= 0 ? Longest.TotalSeconds : Math.Min(Longest.TotalSeconds, since.TotalSeconds * left / grown / 2);
        return TimeSpan.FromSeconds(Math.Max(pause, Math.Max(Shortest.TotalSeconds, took.TotalSeconds * Share)));
    }
}
