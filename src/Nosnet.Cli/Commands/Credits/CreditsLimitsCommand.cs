using System.CommandLine;
using Nosnet.Client;
using Nosnet.Protocol;
using Spectre.Console;

namespace Nosnet.Cli;

internal sealed class CreditsLimitsCommand : NetworkCommand
{
    private readonly Option<AccountAddress?> _account = Parsed.Option<AccountAddress>("--account", "Whose, as the operator. [default: yours]", "address");

    public CreditsLimitsCommand(Terminal terminal)
        : base(terminal, "limits", "Shows the caps of your account and your API key, and what counts against them.")
    {
        Add(_account);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation)
    {
        var limits = await client.Credits.LimitsAsync(parsed.GetValue(_account), cancellation);
        if (WantsJson(parsed))
            Terminal.PrintJson(limits, ProtocolJson.Default.LimitsView);
        else
            Terminal.Draw(Card(limits));
        return ExitCodes.Ok;
    }

    public static Grid Card(LimitsView limits) => Drawings.Card(
        ("reserved", Of(limits.ReservedUsd, limits.Caps.MaxReservedUsd)),
        ("today", Of(limits.SpentTodayUsd, limits.Caps.MaxPerDayUsd)),
        ("one job", limits.Caps.MaxPerJobUsd),
        ("reserved by the key", limits.Key is { } key ? Of(key.ReservedUsd, key.Caps.MaxReservedUsd) : null),
        ("today by the key", limits.Key is { } own ? Of(own.SpentTodayUsd, own.Caps.MaxPerDayUsd) : null),
        ("one job of the key", limits.Key?.Caps.MaxPerJobUsd),
        ("the day ends", limits.DayEndsAt));

    private static string Of(Credits amount, Credits? cap) => cap is { } most ? $"{amount} of {most}" : amount.ToString();
}
