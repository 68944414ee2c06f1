namespace Nosnet.Client;

/// <summary>
/// When a call is made again: only one that reads, or a write that was turned away as one too many, of which nothing was done; only few
/// times, and never sooner than the server asks.
/// </summary>
internal static class RetryRule
{
    public const int MaxAttempts = 4;

    private const int TooMany = 429;

    /// <summary>Whoever asks for more patience than this is better told to the caller, with the time to wait.</summary>
    public static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(20);

    /// <summary>How long to wait before the next attempt; null to give up.</summary>
    /// <param name="call">The call.</param>
    /// <param name="attempt">How many attempts failed, from 1.</param>
    /// <param name="status">What was answered; null where nothing was.</param>
    /// <param name="retryAfter">What the server asked for.</param>
    public static TimeSpan? Wait(Call call, int attempt, int? status, TimeSpan? retryAfter)
    {
        var harmless = call.Reads ? status is null or TooMany or 502 or 503 or 504 : status is TooMany && !call.BodyIsReadOnce;
        if (!harmless || attempt >= MaxAttempts)
            return null;
        var wait = retryAfter ?? Backoff(attempt, TimeSpan.FromMilliseconds(200));
        return wait <= MaxWait ? wait : null;
    }

    /// <summary>Doubles with each attempt up to 10 s; a random part keeps many clients from coming back at once.</summary>
    public static TimeSpan Backoff(int attempt, TimeSpan first)
    {
        var wait = first * Math.Pow(2, Math.Min(attempt - 1, 10));
        return (wait < TimeSpan.FromSeconds(10) ? wait : TimeSpan.FromSeconds(10)) * (0.75 + Random.Shared.NextDouble() / 2);
    }
}
