using System.Globalization;

namespace Nosnet.Simulation;

/// <summary>One deterministic scheduler: whatever happens, happens here, one thing after the other, and all chance comes from one seed.</summary>
internal sealed class World(int seed)
{
    private readonly PriorityQueue<Action, (TimeSpan At, long Number)> _coming = new();
    private readonly List<(TimeSpan At, string Who, object What)> _trace = [];
    private long _lastNumber;

    public SimulatedClock Clock { get; } = new();
    public Random Random { get; } = new(seed);
    public Faults Faults { get; set; } = Faults.None;

    /// <summary>Whether faults are to come at all; afterwards everything shall come to its end.</summary>
    public bool IsSafetyPhase { get; set; }

    public bool Chance(double chance) => chance > 0 && Random.NextDouble() < chance;

    public TimeSpan Between(double fromSeconds, double toSeconds) =>
        TimeSpan.FromMilliseconds(Math.Round(1_000 * (fromSeconds + Random.NextDouble() * (toSeconds - fromSeconds))));

    public T? Pick<T>(IReadOnlyList<T> from)
        where T : class => from.Count == 0 ? null : from[Random.Next(from.Count)];

    public void After(TimeSpan delay, Action action) => _coming.Enqueue(action, (Clock.Passed + delay, ++_lastNumber));

    public void Every(Func<TimeSpan> period, Action action) => After(period(), () =>
    {
        action();
        Every(period, action);
    });

    /// <summary>A message on its way: it may be lost, come twice, late, or after later ones.</summary>
    public void Send(Action arrive)
    {
        if (Chance(Faults.Loss))
            return;
        After(Delay(), arrive);
        if (Chance(Faults.Duplication))
            After(Delay(), arrive);
    }

    /// <summary>Does the next thing.</summary>
    public void Step()
    {
        _coming.TryDequeue(out var action, out var at);
        if (at.At > Clock.Passed)
            Clock.Passed = at.At;
        action!();
    }

    public void Note(string who, object what) => _trace.Add((Clock.Passed, who, what));

    public string Trace() => string.Join('\n', _trace.Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.At.TotalSeconds,9:0.000} {t.Who}: {t.What}")));

    private TimeSpan Delay() => TimeSpan.FromMilliseconds(Random.Next(0, (int)Faults.MostDelay.TotalMilliseconds + 1));
}
