using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

internal sealed class JobStatsCommand : NetworkCommand
{
    private const double Mebibyte = 1024 * 1024;

    private readonly Argument<JobAddress> _job = Parsed.Argument<JobAddress>("job", "The job's address.");

    public JobStatsCommand(Terminal terminal)
        : base(terminal, "stats", "Shows what a job's operations use. With --json, the last ten minutes of it.")
    {
        Add(_job);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation)
    {
        var stats = await client.Jobs.StatsAsync(parsed.GetRequiredValue(_job), cancellation);
        if (WantsJson(parsed))
        {
            Terminal.PrintJson(JsonSerializer.SerializeToElement(stats, ProtocolJson.Default.JobStats));
            return ExitCodes.Ok;
        }
        var list = Drawings.List("OPERATION", "CORES", "MEMORY", "PEAK", "CPU TIME", "RECEIVED", "SENT", "GPU");
        foreach (var (operation, usage) in stats.Totals)
        {
            var now = stats.Samples.LastOrDefault(sample => sample.OpId == operation);
            list.Row(
                operation,
                now?.CpuCores.ToString("0.00", CultureInfo.InvariantCulture),
                Size(now?.MemoryBytes),
                Size(usage.PeakMemoryBytes),
                TimeSpan.FromSeconds(usage.CpuSeconds),
                Size(usage.ReceivedBytes),
                Size(usage.SentBytes),
                now?.Gpus is { } gpus ? string.Join(", ", gpus.Select(gpu => $"{gpu.Percent} %, {Size(gpu.MemoryBytes)}")) : null);
        }
        Terminal.DrawList(list, "Nothing is known of what it uses: that is measured while it runs.");
        return ExitCodes.Ok;
    }

    private static string? Size(long? bytes) => bytes is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known / Mebibyte:0.0} MiB") : null;
}
