using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Nosnet.Perf;

/// <summary>Everything that is measured, one after the other: written to a file of the day, and from there into the README.</summary>
internal static class WholeRun
{
    private static string Results => Path.Combine(Machine.FindRoot(), "perf", "results");

    public static async Task<int> RunAsync()
    {
        var (start, summary, pages) = (Stopwatch.GetTimestamp(), new Summary(), new StringBuilder());
        await MeasureAsync("posts and reads", PostRate.RunAsync);
        await MeasureAsync("posts over PostgreSQL", PostgresRate.RunAsync);
        await MeasureAsync("SQLite alone", RawSqlite.RunAsync);
        await MeasureAsync("peers", PeerRates.RunAsync);
        await MeasureAsync("jobs from claim to settlement", () => JobSteps.RunAsync());
        await MeasureAsync("nodes being told", NodeTold.RunAsync);
        await MeasureAsync("a long queue", QueueLength.RunAsync);
        await MeasureAsync("idle nodes", IdleNodes.RunAsync);
        await MeasureAsync("a job's latency", () => JobLatency.RunAsync(rounds: 20));
        await MeasureAsync("a job's service", () => ServiceSpeed.RunAsync(1L << 28));
        await MeasureAsync("a job's box", () => Hardening.RunAsync(rounds: 30));

        var rows = summary.Rows();
        var path = Path.Combine(Results, string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetUtcNow():yyyy-MM-dd}.md"));
        await File.WriteAllTextAsync(path, $"""
            # What Nosnet comes to, beside what there is

            Measured with `perf/run` in {Stopwatch.GetElapsedTime(start).TotalMinutes.ToString("F0", CultureInfo.InvariantCulture)} minutes on {Machine.Describe()}, the load beside what is loaded on the same processors. Every post, start and end of a
            job is on disk (fsync) before it is answered, here and at the peers.

            {Summary.Head}
            {string.Join('\n', rows)}

            """ + pages);
        await Readme.WriteAsync(path);
        Console.Error.WriteLine($"Written to {path} and into the README.");
        return rows.Any(r => r.Figure == SummaryRow.NotMeasured) ? 1 : 0;

        async Task MeasureAsync<TPage>(string what, Func<Task<TPage>> measure)
            where TPage : Page
        {
            Machine.Settle();
            var began = Stopwatch.GetTimestamp();
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetLocalNow():HH:mm:ss} {what}, load {Machine.Load()}"));
            try
            {
                var page = await measure();
                summary.Add(page);
                pages.Append(CultureInfo.InvariantCulture, $"\n#{page.Markdown.Trim()}\n");
                Console.Error.WriteLine($"\n{page.Markdown.Trim()}\n");
            }
            catch (Exception failure)
            {
                // The others are worth measuring all the same.
                summary.Fail(typeof(TPage), failure);
                pages.Append(CultureInfo.InvariantCulture, $"\n## Not measured: {what}\n\n```\n{failure.Message}\n```\n");
                Console.Error.WriteLine($"{what}: {failure}");
            }

            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"         took {Stopwatch.GetElapsedTime(began).TotalSeconds:F0} s"));
        }
    }
}
