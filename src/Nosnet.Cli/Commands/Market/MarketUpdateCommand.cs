using System.CommandLine;
using Nosnet.Client;

namespace Nosnet.Cli;

internal sealed class MarketUpdateCommand : MarketCommand
{
    private readonly Argument<string> _market = new("market") { Description = "Its address or short name." };
    private readonly MarketOptions _settings = new(isNew: false);

    public MarketUpdateCommand(Terminal terminal)
        : base(terminal, "update", "Changes a market, as the network's operator. Jobs that were posted before keep their price.")
    {
        Add(_market);
        _settings.AddTo(this);
        AddCommonOptions();
    }

    protected override async Task<(Market Market, string Sentence)> ChangeAsync(MarketsClient markets, ParseResult parsed, CancellationToken cancellation)
    {
        var settings = _settings.Read(parsed);
        if (settings == new MarketSettings())
            throw new UsageException($"What is to change? Give one or more of {_settings.Names}.");
        var market = await markets.UpdateAsync(parsed.GetRequiredValue(_market), settings, cancellation);
        return (market, $"Changed {Shown(market)}.");
    }
}
