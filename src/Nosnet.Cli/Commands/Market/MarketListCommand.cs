using System.CommandLine;
using Nosnet.Client;

namespace Nosnet.Cli;

internal sealed class MarketListCommand : NetworkCommand
{
    public MarketListCommand(Terminal terminal)
        : base(terminal, "list", "Lists the markets.") =>
        AddCommonOptions();

    protected override async Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation)
    {
        var markets = await client.Markets.ListAsync(cancellation);
        if (WantsJson(parsed))
        {
            Terminal.PrintJson(json =>
            {
                json.WriteStartArray();
                foreach (var market in markets)
                    market.Json.WriteTo(json);
                json.WriteEndArray();
            });
            return ExitCodes.Ok;
        }
        var list = Drawings.List("MARKET", "ADDRESS", "PER HOUR", "HARDWARE", "QUEUED", "RUNNING", "FREE NODES", "OPEN");
        foreach (var market in markets)
        {
            list.Row(
                market.Slug,
                market.Address,
                market.PricePerHour,
                string.Join(", ", market.GpuTypes),
                market.QueuedJobs,
                market.RunningJobs,
                market.FreeNodes,
                market.Open ? "yes" : "no");
        }
        Terminal.Draw(list);
        return ExitCodes.Ok;
    }
}
