namespace Nosnet.Client;

/// <summary>The time without contact during a long wait: how long to pause before the next attempt, and when to give up.</summary>
internal sealed class Outage(TimeProvider time)
{
    /// <summary>Longer than a server takes to be replaced; whoever waits for hours must not lose the job to that.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private long? _since;
    private int _attempts;

    /// <summary>Something was heard.</summary>
    public void Over()
    {
        _since = null;
        _attempts = 0;
    }

    /// <summary>Pauses after a connection was lost.</summary>
    /// <exception cref="NosanaException">Nothing was heard for too long: <paramref name="cause"/>, or that the connection is lost over and over.</exception>
    public Task PauseAsync(NosanaException? cause, CancellationToken cancellation)
    {
        _since ??= time.GetTimestamp();
        _attempts++;
        if (time.GetElapsedTime(_since.Value) > Patience)
            throw new NosanaConnectionException($"The network has not been heard for {Patience.TotalMinutes:0} minutes.", false, cause);
        var pause = RetryRule.Backoff(_attempts, TimeSpan.FromMilliseconds(250));
        return Task.Delay(cause?.RetryAfter is { } asked && asked > pause ? asked : pause, time, cancellation);
    }
}
