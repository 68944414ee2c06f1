using System.CommandLine;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

internal sealed class MarketCreateCommand : MarketCommand
{
    private readonly Argument<string> _slug = new("name") { Description = "Its short name: a–z, 0–9 and dashes." };
    private readonly MarketOptions _settings = new(isNew: true);
    private readonly Option<MarketAddress?> _address = Parsed.Option<MarketAddress>("--address", "Its address. [default: made by the network]", "address");

    public MarketCreateCommand(Terminal terminal)
        : base(terminal, "create", "Opens a market, as the network's operator.")
    {
        Add(_slug);
        _settings.AddTo(this);
        Add(_address);
        AddCommonOptions();
    }

    protected override async Task<(Market Market, string Sentence)> ChangeAsync(MarketsClient markets, ParseResult parsed, CancellationToken cancellation)
    {
        var settings = _settings.Read(parsed) with { Slug = parsed.GetRequiredValue(_slug), Address = parsed.GetValue(_address) };
        var market = await markets.CreateAsync(settings, cancellation);
        return (market, $"Opened {Shown(market)}.");
    }
}
