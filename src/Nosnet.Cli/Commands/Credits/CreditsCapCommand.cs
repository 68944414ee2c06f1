using System.CommandLine;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

internal sealed class CreditsCapCommand : NetworkCommand
{
    private readonly Option<AccountAddress?> _account = Parsed.Option<AccountAddress>("--account", "Whose. [default: yours]", "address");
    private readonly CapOptions _caps = new();

    public CreditsCapCommand(Terminal terminal)
        : base(terminal, "cap", "Gives an account these caps and no others, as the network's operator.")
    {
        Add(_account);
        _caps.AddWithNoneTo(this);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation)
    {
        var limits = await client.Credits.SetLimitsAsync(_caps.ReadOrNone(parsed), parsed.GetValue(_account), cancellation);
        Terminal.Say($"The account {limits.Account} has {(limits.Caps.IsEmpty ? "no caps" : "these caps")} from now on.");
        if (WantsJson(parsed))
            Terminal.PrintJson(limits, ProtocolJson.Default.LimitsView);
        else
            Terminal.Draw(CreditsLimitsCommand.Card(limits));
        return ExitCodes.Ok;
    }
}
