using System.CommandLine;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

internal sealed class MarketCreateCommand : NetworkCommand
{
    private readonly Argument<string> _slug = new("name") { Description = "Its short name: a–z, 0–9 and dashes." };

    private readonly Option<Credits> _reward = new("--reward")
    {
        Description = "What a node earns, in USD per hour.",
        HelpName = "usd",
        Required = true,
        CustomParser = result => Parsed.Amount(result) ?? default,
    };

    private readonly Option<decimal?> _fee = new("--fee") { Description = "What the network adds, in percent. [default: 10]", HelpName = "percent" };
    private readonly Option<string?> _title = new("--title") { Description = "Its name for people. [default: the short name]", HelpName = "text" };
    private readonly Option<TimeSpan?> _maxTimeout = Durations.Option("--max-timeout", "The longest timeout of a job. [default: 1d]");
    private readonly Option<TimeSpan?> _queueExpiry = Durations.Option("--queue-expiry", "How long a job may wait. [default: 1d]");
    private readonly Option<string[]> _hardware = new("--hardware") { Description = "The hardware, as people should see it; may be repeated.", HelpName = "text" };
    private readonly Option<string[]> _images = new("--required-image") { Description = "An image that its nodes hold ready; may be repeated.", HelpName = "image" };
    private readonly Option<MarketAddress?> _address = Parsed.Option<MarketAddress>("--address", "Its address. [default: made by the network]", "address");

    public MarketCreateCommand(Terminal terminal)
        : base(terminal, "create", "Opens a market, as the network's operator.")
    {
        Add(_slug);
        Add(_reward);
        Add(_fee);
        Add(_title);
        Add(_maxTimeout);
        Add(_queueExpiry);
        Add(_hardware);
        Add(_images);
        Add(_address);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation)
    {
        var market = await client.Markets.CreateAsync(
            new MarketSettings
            {
                Slug = parsed.GetRequiredValue(_slug),
                RewardPerHour = parsed.GetValue(_reward),
                NetworkFeePercentage = parsed.GetValue(_fee),
                Name = parsed.GetValue(_title),
                MaxTimeout = parsed.GetValue(_maxTimeout),
                QueueExpiry = parsed.GetValue(_queueExpiry),
                GpuTypes = parsed.GetValue(_hardware) is { Length: > 0 } hardware ? hardware : null,
                RequiredImages = parsed.GetValue(_images) is { Length: > 0 } images ? images : null,
                Address = parsed.GetValue(_address),
            },
            cancellation);
        Terminal.Say($"Opened the market {Plain.Text(market.Slug)} at {market.PricePerHour?.ToString() ?? "?"} per hour.");
        if (WantsJson(parsed))
            Terminal.PrintJson(market.Json);
        else
            Terminal.Print(market.Address.ToString());
        return ExitCodes.Ok;
    }
}
