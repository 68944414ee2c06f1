namespace Nosnet.Simulation;

/// <summary>What goes wrong, and how often: each is a chance from 0 to 1.</summary>
internal sealed record Faults
{
    public static readonly Faults None = new();

    /// <summary>A message never arrives.</summary>
    public double Loss { get; init; }

    /// <summary>A message arrives twice.</summary>
    public double Duplication { get; init; }

    /// <summary>The longest that a message travels. Later ones may overtake it.</summary>
    public TimeSpan MostDelay { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>A call of the store fails.</summary>
    public double StoreFailure { get; init; }

    /// <summary>A commit fails, or its answer is lost.</summary>
    public double CommitFailure { get; init; }

    /// <summary>The server is killed within a call of the store.</summary>
    public double Crash { get; init; }

    /// <summary>The server's clock jumps, at each second.</summary>
    public double ClockJump { get; init; }

    /// <summary>A node falls silent, restarts, hangs, lies, leaves or changes its slots, at each of its heartbeats.</summary>
    public double Trouble { get; init; }

    /// <summary>Some lives are calm and some are not.</summary>
    public static Faults Draw(Random random) => new()
    {
        Loss = random.Next(3) * 0.08 * random.NextDouble(),
        Duplication = random.Next(3) * 0.08 * random.NextDouble(),
        MostDelay = TimeSpan.FromMilliseconds(random.Next(3) == 0 ? random.Next(1, 8_000) : random.Next(1, 500)),
        StoreFailure = random.Next(3) * 0.003 * random.NextDouble(),
        CommitFailure = random.Next(3) * 0.03 * random.NextDouble(),
        Crash = random.Next(3) * 0.003 * random.NextDouble(),
        ClockJump = random.Next(4) == 0 ? 0.02 : 0,
        Trouble = random.Next(3) * 0.1 * random.NextDouble(),
    };
}
