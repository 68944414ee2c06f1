using System.CommandLine;
using Nosnet.Client;

namespace Nosnet.Cli;

/// <summary>Closes a market to new jobs, or opens it to them again.</summary>
internal sealed class MarketActionCommand : MarketCommand
{
    private readonly Argument<string> _market = new("market") { Description = "Its address or short name." };
    private readonly bool _open;

    private MarketActionCommand(Terminal terminal, string name, string description, bool open)
        : base(terminal, name, description)
    {
        _open = open;
        Add(_market);
        AddCommonOptions();
    }

    public static MarketActionCommand Close(Terminal terminal) =>
        new(terminal, "close", "Closes a market to new jobs, as the network's operator; those that it has go on.", open: false);

    public static MarketActionCommand Reopen(Terminal terminal) =>
        new(terminal, "reopen", "Opens a market that was closed, as the network's operator.", open: true);

    protected override async Task<(Market Market, string Sentence)> ChangeAsync(MarketsClient markets, ParseResult parsed, CancellationToken cancellation)
    {
        var market = await markets.UpdateAsync(parsed.GetRequiredValue(_market), new MarketSettings { Open = _open }, cancellation);
        return (market, _open ? $"Opened {Shown(market)} again." : $"Closed the market {Plain.Text(market.Slug)} to new jobs; those that it has go on.");
    }
}
