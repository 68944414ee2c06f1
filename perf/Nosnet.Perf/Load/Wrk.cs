using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Nosnet.Perf;

/// <summary>The load generator wrk: it costs the machine so little that what is measured is what it asks.</summary>
internal static partial class Wrk
{
    /// <param name="dial">Where to connect.</param>
    /// <param name="host">The name to ask for.</param>
    /// <param name="connections">How many connections, each of which asks again as soon as it is answered.</param>
    /// <param name="time">For how long.</param>
    /// <param name="script">A file of Lua that says what to send; a GET of <paramref name="dial"/> unless told.</param>
    public static async Task<WrkFigures> RunAsync(Uri dial, string host, int connections, TimeSpan time, string? script = null)
    {
        string[] arguments =
        [
            "-t2", $"-c{connections}", string.Create(CultureInfo.InvariantCulture, $"-d{time.TotalSeconds}s"), "--latency", "-H", $"Host: {host}",
            .. script is null ? (string[])[] : ["-s", script], dial.ToString(),
        ];
        using var process = Process.Start(new ProcessStartInfo("wrk", arguments) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0 || output.Contains("Non-2xx", StringComparison.Ordinal) || output.Contains("Socket errors", StringComparison.Ordinal))
            throw new InvalidOperationException($"Requests failed:\n{output}");
        return new WrkFigures(
            double.Parse(Rate().Match(output).Groups[1].ValueSpan, CultureInfo.InvariantCulture), long.Parse(Count().Match(output).Groups[1].ValueSpan, CultureInfo.InvariantCulture),
            Median().Match(output).Groups[1].Value, Slow().Match(output).Groups[1].Value);
    }

    [GeneratedRegex(@"Requests/sec:\s+([0-9.]+)")]
    private static partial Regex Rate();

    [GeneratedRegex(@"(\d+) requests in")]
    private static partial Regex Count();

    [GeneratedRegex(@"^\s+50%\s+(\S+)", RegexOptions.Multiline)]
    private static partial Regex Median();

    [GeneratedRegex(@"^\s+99%\s+(\S+)", RegexOptions.Multiline)]
    private static partial Regex Slow();
}

/// <param name="Requests">Requests a second.</param>
/// <param name="Count">How many requests were answered.</param>
/// <param name="Median">The median time of an answer, with its unit.</param>
/// <param name="Slow">The time within which 99 % were answered, with its unit.</param>
internal sealed record WrkFigures(double Requests, long Count, string Median, string Slow);
