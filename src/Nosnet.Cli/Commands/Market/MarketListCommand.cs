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
        return PrintList(
            parsed, markets, market => market.Json, ["MARKET", "ADDRESS", "PER HOUR", "HARDWARE", "QUEUED", "RUNNING", "FREE NODES", "OPEN"],
            market =>
            [
                market.Slug, market.Address, market.PricePerHour, string.Join(", ", market.GpuTypes), market.QueuedJobs, market.RunningJobs, market.FreeNodes, market.Open ? "yes" : "no",
            ]);
    }
}
