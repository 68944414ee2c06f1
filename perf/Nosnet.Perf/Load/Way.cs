using System.Globalization;

namespace Nosnet.Perf;

/// <summary>One of several ways that are measured in turn, so that what else the machine does meets all of them.</summary>
/// <param name="Name">What it is called in the table.</param>
/// <param name="RunAsync">Loads it for a time.</param>
internal sealed record Way(string Name, Func<TimeSpan, Task<Round>> RunAsync)
{
    public const string Head = """
        | | a second | of the limit | p50 | p99 | µs of CPU | µs on the lane |
        |---|---|---|---|---|---|---|
        """;

    /// <summary>What it is measured beside.</summary>
    public Way? Limit { get; init; }

    public List<Round> Rounds { get; } = [];

    /// <summary>How many a second, the median of the rounds.</summary>
    public double Rate => Median(Rounds.Select(r => r.Rate));

    /// <summary>How much of its limit it reaches.</summary>
    public double OfLimit => Of(Limit!);

    /// <summary>The round of the median rate.</summary>
    public Round Middle => Rounds.OrderBy(r => r.Rate).ElementAt(Rounds.Count / 2);

    /// <summary>What each took of the processes that it went through, the median of the rounds for each of them, in microseconds.</summary>
    public string Cpu => string.Join(" + ", Enumerable.Range(0, Middle.Cpu?.Count ?? 0).Select(process => Shown(r => r.Cpu?[process])));

    /// <summary>A way that wrk takes to a process of ours.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="process">Who answers.</param>
    /// <param name="path">What is asked for.</param>
    /// <param name="script">What is sent.</param>
    /// <param name="connections">How many ask at once.</param>
    /// <param name="each">How many jobs one request is about.</param>
    public static Way OfWrk(string name, OwnProcess process, string path, string script, int connections, int each = 1) => new(name, async time =>
    {
        var (cpu, lane) = (process.Cpu(), process.Cpu("lane"));
        var figures = await Wrk.RunAsync(new Uri(process.Url, path), process.Url.Authority, connections, time, script);
        var jobs = figures.Count * each;
        return new Round(figures.Requests * each, figures.Median, figures.Slow, [(process.Cpu() - cpu) / jobs], (process.Cpu("lane") - lane) / jobs);
    });

    /// <summary>A way that wrk takes through some processes.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="dial">Where it connects.</param>
    /// <param name="host">The name that it asks for.</param>
    /// <param name="connections">How many ask at once.</param>
    /// <param name="through">Their numbers.</param>
    public static Way OfWrk(string name, Uri dial, string host, int connections, params int[] through) => new(name, async time =>
    {
        var before = through.Select(OwnProcess.CpuOf).ToArray();
        var figures = await Wrk.RunAsync(dial, host, connections, time);
        return new Round(figures.Requests, figures.Median, figures.Slow, [.. through.Zip(before, (process, cpu) => (OwnProcess.CpuOf(process) - cpu) / figures.Count)]);
    });

    /// <summary>Warms all of them up, and measures them in turn.</summary>
    public static async Task MeasureAsync(IReadOnlyList<Way> ways, TimeSpan warm, TimeSpan measure, int rounds)
    {
        foreach (var way in ways)
            await way.RunAsync(warm);
        for (var round = 0; round < rounds; round++)
        {
            foreach (var way in ways)
                way.Rounds.Add(await way.RunAsync(measure));
        }
    }

    /// <summary>How much of another it reaches: of each round by itself, because what else the machine does changes slowly.</summary>
    public double Of(Way other) => Median(Rounds.Zip(other.Rounds, (one, two) => one.Rate / two.Rate));

    public string ToRow()
    {
        var ofLimit = Limit is null ? "" : OfLimit.ToString("P0", CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"| {Name} | {Rate:N0} | {ofLimit} | {Middle.Median} | {Middle.Slow} | {Cpu} | {Shown(r => r.Lane)} |");
    }

    private string Shown(Func<Round, double?> value) =>
        Rounds.Select(value).OfType<double>().ToList() is { Count: > 0 } values ? Median(values).ToString("F1", CultureInfo.InvariantCulture) : "";

    private static double Median(IEnumerable<double> values) => values.Order().ToList() is var sorted ? sorted[sorted.Count / 2] : 0;
}

/// <param name="Rate">How many a second.</param>
/// <param name="Median">The median time of an answer, with its unit.</param>
/// <param name="Slow">The time within which 99 % were answered, with its unit.</param>
/// <param name="Cpu">What each took of the processes that it went through, in microseconds; null where that is not known.</param>
/// <param name="Lane">How much of that its lane took.</param>
internal sealed record Round(double Rate, string Median = "", string Slow = "", IReadOnlyList<double>? Cpu = null, double? Lane = null);
