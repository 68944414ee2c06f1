using System.CommandLine;
using Nosnet.Client;

namespace Nosnet.Cli;

/// <summary>A command of the operator that changes one market and shows what it is then.</summary>
internal abstract class MarketCommand(Terminal terminal, string name, string description) : NetworkCommand(terminal, name, description)
{
    protected override async Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation)
    {
        var (market, sentence) = await ChangeAsync(client.Markets, parsed, cancellation);
        Terminal.Say(sentence);
        if (WantsJson(parsed))
            Terminal.PrintJson(market.Json);
        else
            Terminal.Print(market.Address.ToString());
        return ExitCodes.Ok;
    }

    /// <summary>Changes it, and says what was done.</summary>
    protected abstract Task<(Market Market, string Sentence)> ChangeAsync(MarketsClient markets, ParseResult parsed, CancellationToken cancellation);

    /// <summary>A market's short name and its price, as a sentence shows them.</summary>
    protected static string Shown(Market market) => $"the market {Plain.Text(market.Slug)} at {market.PricePerHour?.ToString() ?? "?"} per hour";
}
