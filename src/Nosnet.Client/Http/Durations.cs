namespace Nosnet.Client;

/// <summary>Durations as the wire has them.</summary>
internal static class Durations
{
    /// <summary>Whole seconds, rounded up; the wire knows no finer ones.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not longer than zero.</exception>
    public static long WholeSeconds(this TimeSpan duration, string parameter) =>
        duration > TimeSpan.Zero
            ? (duration.Ticks - 1) / TimeSpan.TicksPerSecond + 1
            : throw new ArgumentOutOfRangeException(parameter, duration, "The duration must be longer than zero.");
}
