using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

/// <summary>A post that is only asked about.</summary>
internal static class JobDryRun
{
    /// <summary>Shows what it would come to; gives the exit code that the post would have.</summary>
    public static async Task<int> RunAsync(
        Terminal terminal, NosanaClient client, JobDefinition definition, MarketId market, TimeSpan? timeout, NodeAddress? node, bool json, CancellationToken cancellation)
    {
        var quote = await client.Jobs.QuoteAsync(definition, market, timeout, node, cancellation);
        foreach (var warning in quote.Warnings ?? [])
            terminal.Say($"Warning: {Plain.Text(CommandWords.Of(warning))}");
        if (json)
            terminal.PrintJson(quote, ProtocolJson.Default.JobQuote);
        else
            terminal.Draw(Drawings.Card(
                ("cost at most", quote.CostUsd), ("price per hour", quote.PricePerHourUsd), ("available", quote.AvailableUsd),
                ("time at most", quote.TimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null),
                ("node", quote.Node), ("place in the queue", quote.QueuePosition), ("free nodes", quote.FreeNodes), ("fitting nodes", quote.FittingNodes),
                ("starts about", quote.ExpectedStart), ("", quote.ExpectedStartBasis)));
        if (quote.Refusal is not { } refusal)
        {
            terminal.Say("It would be posted. Nothing was.");
            return ExitCodes.Ok;
        }

        terminal.Say($"It would be refused: {Plain.Text(CommandWords.Of(refusal.Message))}");
        return ExitCodes.Error;
    }
}
