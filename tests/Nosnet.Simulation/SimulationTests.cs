using System.Collections.Concurrent;
using System.Globalization;

namespace Nosnet.Simulation;

/// <summary>
/// Many lives of a network, each from a seed of its own. <c>NOSNET_SIMULATION_SEEDS</c> says how many (<c>./test --long</c> sets it), and
/// <c>NOSNET_SIMULATION_SEED</c> runs one alone and tells all its steps.
/// </summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int Seeds = 2_000;

    /// <summary>Every so many lives one is on SQLite.</summary>
    private const int RealOneIn = 100;

    [Fact]
    public void In_no_life_is_anything_acknowledged_lost_charged_twice_or_left_waiting()
    {
        if (Read("NOSNET_SIMULATION_SEED") is { } only)
        {
            Live(only, isTold: true).ShouldBeNull();
            return;
        }

        // Of those that fail the first is told, however many are lived at once.
        var failures = new ConcurrentDictionary<int, string>();
        var seeds = Read("NOSNET_SIMULATION_SEEDS") ?? Seeds;
        Parallel.For(1, seeds + 1, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, (seed, loop) =>
        {
            if (Live(seed, isTold: false) is not { } failure)
                return;
            failures[seed] = failure;
            loop.Break();
        });
        failures.OrderBy(f => f.Key).Select(f => f.Value).FirstOrDefault().ShouldBeNull();
    }

    [Fact]
    public void A_seed_lives_the_same_life_whenever_it_is_lived() => TraceOf(7).ShouldBe(TraceOf(7));

    private static string TraceOf(int seed)
    {
        using var life = new Life(seed, isReal: false);
        life.Live();
        return life.Trace();
    }

    /// <summary>What went wrong in the life of a seed; null where nothing did.</summary>
    private string? Live(int seed, bool isTold)
    {
        using var life = new Life(seed, isReal: seed % RealOneIn == 0);
        try
        {
            life.Live();
            if (isTold)
                output.WriteLine(life.Trace());
            return null;
        }
        catch (Violation violation)
        {
            return string.Create(CultureInfo.InvariantCulture, $"""
                Seed {seed}: {violation.Message}
                Alone: NOSNET_SIMULATION_SEED={seed} artifacts/bin/Nosnet.Simulation/release/Nosnet.Simulation
                {life.Trace()}
                """);
        }
    }

    private static int? Read(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
}
