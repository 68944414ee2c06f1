using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>Looks at an exposed port again and again for as long as its container runs.</summary>
/// <param name="port">The port.</param>
/// <param name="checks">What must be seen at it.</param>
/// <param name="looks">Makes the checks and says whether all passed; given none, whether the port takes a connection.</param>
/// <param name="changed">Called when its status has changed.</param>
/// <param name="time">The clock.</param>
internal sealed class PortWatch(
    int port,
    ValueList<HealthCheck> checks,
    Func<int, ValueList<HealthCheck>, CancellationToken, Task<bool>> looks,
    Action changed,
    TimeProvider time)
{
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile PortHealth _health = new(checks);

    public int Port => port;

    public EndpointStatus Status => _health.Status;

    /// <summary>Completes when the service has started: its checks have passed once.</summary>
    public Task Started => _started.Task;

    /// <summary>Watches until there is nothing more to see, or until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!_health.IsSettled)
        {
            await Task.Delay(_health.Pause, time, cancellationToken).ConfigureAwait(false);
            var before = _health;
            _health = before.After(await looks(port, before.Next, cancellationToken).ConfigureAwait(false));
            if (_health.HasStarted)
                _started.TrySetResult();
            if (_health.Status != before.Status)
                changed();
        }
    }
}
