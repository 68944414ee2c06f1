namespace Nosnet.Server;

/// <summary>When a message that was not taken is sent again: soon at first, then more and more seldom, for a day.</summary>
internal static class WebhookRetries
{
    public static readonly TimeSpan Patience = TimeSpan.FromHours(24);

    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30), TimeSpan.FromHours(1), TimeSpan.FromHours(2), TimeSpan.FromHours(4),
    ];

    /// <param name="since">When it was to be sent first.</param>
    /// <param name="attempts">How often that was tried.</param>
    /// <param name="now">The time.</param>
    /// <param name="spread">0 to 1, so that not all that failed together comes again together.</param>
    /// <returns>When to try again; null where it has been tried for long enough.</returns>
    public static DateTimeOffset? Next(DateTimeOffset since, int attempts, DateTimeOffset now, double spread)
    {
        var end = since + Patience;
        if (now >= end)
            return null;
        var next = now + Pauses[Math.Clamp(attempts - 1, 0, Pauses.Length - 1)] * (0.9 + 0.2 * spread);
        return next < end ? next : end;
    }
}
