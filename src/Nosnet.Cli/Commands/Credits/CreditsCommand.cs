using System.CommandLine;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

internal sealed class CreditsCommand : NetworkCommand
{
    public CreditsCommand(Terminal terminal)
        : base(terminal, "credits", "Shows your credits. 1 credit = 1 USD.") =>
        AddCommonOptions();

    protected override async Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation)
    {
        var balance = await client.Credits.BalanceAsync(cancellation);
        if (WantsJson(parsed))
            Terminal.PrintJson(balance, ProtocolJson.Default.Balance);
        else
            Terminal.Draw(Card(balance));
        return ExitCodes.Ok;
    }

    public static Spectre.Console.Grid Card(Balance balance) => Drawings.Card(
        ("available", balance.AvailableCredits), ("reserved", balance.ReservedCredits), ("spent", balance.SettledCredits), ("assigned", balance.AssignedCredits));
}
