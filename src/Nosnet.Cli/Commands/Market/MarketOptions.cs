using System.CommandLine;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

/// <summary>The options that say what a market is, of the commands that open and change one.</summary>
/// <param name="isNew">Whether the market is a new one: then what is left out has a default, and else it stays.</param>
internal sealed class MarketOptions(bool isNew)
{
    private readonly Option<Credits?> _reward = new("--reward") { Description = "What a node earns, in USD per hour.", HelpName = "usd", Required = isNew, CustomParser = Parsed.Amount };
    private readonly Option<decimal?> _fee = new("--fee") { Description = "What the network adds, in percent." + Otherwise(isNew, "10"), HelpName = "percent" };
    private readonly Option<string?> _title = new("--title") { Description = "Its name for people." + Otherwise(isNew, "the short name"), HelpName = "text" };
    private readonly Option<TimeSpan?> _maxTimeout = Durations.Option("--max-timeout", "The longest timeout of a job." + Otherwise(isNew, "1d"));
    private readonly Option<TimeSpan?> _queueExpiry = Durations.Option("--queue-expiry", "How long a job may wait." + Otherwise(isNew, "1d"));
    private readonly Option<string[]> _hardware = new("--hardware") { Description = "The hardware, as people should see it; may be repeated.", HelpName = "text" };
    private readonly Option<string[]> _images = new("--required-image") { Description = "An image that its nodes hold ready; may be repeated.", HelpName = "image" };

    private IReadOnlyList<Option> All => [_reward, _fee, _title, _maxTimeout, _queueExpiry, _hardware, _images];

    public void AddTo(Command command)
    {
        foreach (var option in All)
            command.Add(option);
    }

    public MarketSettings Read(ParseResult parsed) => new()
    {
        RewardPerHour = parsed.GetValue(_reward),
        NetworkFeePercentage = parsed.GetValue(_fee),
        Name = parsed.GetValue(_title),
        MaxTimeout = parsed.GetValue(_maxTimeout),
        QueueExpiry = parsed.GetValue(_queueExpiry),
        GpuTypes = parsed.GetValue(_hardware) is { Length: > 0 } hardware ? hardware : null,
        RequiredImages = parsed.GetValue(_images) is { Length: > 0 } images ? images : null,
    };

    /// <summary>What may be given, for whoever gave nothing.</summary>
    public string Names => string.Join(", ", All.Select(o => o.Name));

    private static string Otherwise(bool isNew, string value) => isNew ? $" [default: {value}]" : "";
}
