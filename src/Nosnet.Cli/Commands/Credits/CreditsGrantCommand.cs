using System.CommandLine;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

internal sealed class CreditsGrantCommand : NetworkCommand
{
    private readonly Argument<Credits> _amount = new("amount") { Description = "How many credits, such as 12.5.", CustomParser = result => Parsed.Amount(result) ?? default };
    private readonly Option<AccountAddress?> _account = Parsed.Option<AccountAddress>("--account", "To whom. [default: yourself]", "address");

    public CreditsGrantCommand(Terminal terminal)
        : base(terminal, "grant", "Gives credits to an account, as the network's operator.")
    {
        Add(_amount);
        Add(_account);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation)
    {
        var amount = parsed.GetRequiredValue(_amount);
        if (amount <= Credits.Zero)
            throw new UsageException("A grant is of more than nothing.");
        var granted = await client.Credits.GrantAsync(amount, parsed.GetValue(_account), cancellation);
        Terminal.Say($"Gave {amount} to {granted.Account}.");
        if (WantsJson(parsed))
            Terminal.PrintJson(granted, ProtocolJson.Default.CreditsGranted);
        else
            Terminal.Draw(CreditsCommand.Card(granted.Balance));
        return ExitCodes.Ok;
    }
}
