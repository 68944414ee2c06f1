using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>What is known of an exposed port, and when to look again. It changes by what a look at it has shown, and by nothing else.</summary>
internal sealed record PortHealth
{
    private const int LongestStartPause = 5;
    private static readonly TimeSpan WhileOnline = TimeSpan.FromSeconds(30);

    /// <summary>Shorter than while it is online: who waits for a service wants to hear soon that it is back.</summary>
    private static readonly TimeSpan WhileOffline = TimeSpan.FromSeconds(5);

    private readonly ValueList<HealthCheck> _checks;
    private readonly ValueList<HealthCheck> _continuous;
    private readonly int _attempts;
    private readonly bool _passed;

    public PortHealth(ValueList<HealthCheck> checks)
    {
        _checks = checks;
        _continuous = [.. checks.Where(check => check.Continuous)];
    }

    /// <summary>Whether everything that it was to be checked for has been seen once.</summary>
    public bool HasStarted { get; private init; }

    /// <summary>What is told of it.</summary>
    public EndpointStatus Status => (HasStarted, _passed) switch
    {
        (true, true) => EndpointStatus.Online,
        (false, _) when _checks.Count == 0 || _attempts == 0 => EndpointStatus.Unknown,
        _ => EndpointStatus.Offline,
    };

    /// <summary>The checks to make next, all of which have to pass; without any, it is to take a connection.</summary>
    public ValueList<HealthCheck> Next => HasStarted ? _continuous : _checks;

    /// <summary>Whether there is nothing more to check.</summary>
    public bool IsSettled => HasStarted && _continuous.Count == 0;

    /// <summary>How long to wait before the next checks.</summary>
    public TimeSpan Pause => (HasStarted, _passed) switch
    {
        (false, _) => TimeSpan.FromSeconds(Math.Min(_attempts, LongestStartPause)),
        (true, true) => WhileOnline,
        _ => WhileOffline,
    };

    /// <summary>With what the checks have shown.</summary>
    public PortHealth After(bool passed) => new(this, passed);

    private PortHealth(PortHealth before, bool passed)
    {
        _checks = before._checks;
        _continuous = before._continuous;
        _attempts = Math.Min(before._attempts + 1, LongestStartPause);
        _passed = passed;
        HasStarted = before.HasStarted || passed;
    }
}
