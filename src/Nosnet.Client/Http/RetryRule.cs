using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>
/// When a call is made again: one that reads, or that the network carries out once however often it is sent; any other write only where
/// it was turned away as one too many, of which nothing was done. Only few times, and never sooner than the server asks.
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
    /// <param name="failure">What was answered; null where nothing was.</param>
    public static TimeSpan? Wait(Call call, int attempt, Failure? failure)
    {
        if (attempt >= MaxAttempts || call.BodyIsReadOnce || !IsHarmless(call, failure))
            return null;
        var wait = failure?.RetryAfter ?? Backoff(attempt, TimeSpan.FromMilliseconds(200));
        return wait <= MaxWait ? wait : null;
    }

    private static bool IsHarmless(Call call, Failure? failure) => failure switch
    {
        { Status: TooMany } => true,
        // The first of two requests under this key is still under way; its answer will be the second's too.
        { Code: var code } when code == ErrorCode.IdempotencyKeyInProgress.Code => true,
        null or { Status: 502 or 503 or 504 } => call.MayBeRepeated,
        { Status: 500 } => call.IsCarriedOutOnce,
        _ => false,
    };

    /// <summary>Doubles with each attempt up to 10 s; a random part keeps many clients from coming back at once.</summary>
    public static TimeSpan Backoff(int attempt, TimeSpan first)
    {
        var wait = first * Math.Pow(2, Math.Min(attempt - 1, 10));
        return (wait < TimeSpan.FromSeconds(10) ? wait : TimeSpan.FromSeconds(10)) * (0.75 + Random.Shared.NextDouble() / 2);
    }
}
