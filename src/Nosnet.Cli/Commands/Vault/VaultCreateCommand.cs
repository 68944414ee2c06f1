using System.CommandLine;
using Nosnet.Client;

namespace Nosnet.Cli;

internal sealed class VaultCreateCommand : NetworkCommand
{
    private readonly Argument<string> _name = new("name") { Description = "What it is for." };

    public VaultCreateCommand(Terminal terminal)
        : base(terminal, "create", "Makes a vault: credits that are kept apart, to pay for certain deployments.")
    {
        Add(_name);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation)
    {
        var vault = await client.Deployments.Vaults.CreateAsync(parsed.GetRequiredValue(_name), cancellation);
        Terminal.Say($"Made {Plain.Text(vault.Name)}; to give it credits: nosnet vault topup {vault.Address} AMOUNT");
        if (WantsJson(parsed))
            Terminal.PrintJson(vault.Json);
        else
            Terminal.Print(vault.Address.ToString());
        return ExitCodes.Ok;
    }
}
