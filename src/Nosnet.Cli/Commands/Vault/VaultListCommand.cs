using System.CommandLine;
using Nosnet.Client;

namespace Nosnet.Cli;

internal sealed class VaultListCommand : NetworkCommand
{
    public VaultListCommand(Terminal terminal)
        : base(terminal, "list", "Lists your vaults, your own balance first.") =>
        AddCommonOptions();

    protected override async Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation)
    {
        var vaults = await client.Deployments.Vaults.ListAsync(cancellation);
        return PrintList(
            parsed, vaults, vault => vault.Json, ["VAULT", "NAME", "AVAILABLE", "RESERVED", "CREATED"],
            vault => [vault.Address, vault.Name, vault.Available, vault.Reserved, vault.CreatedAt]);
    }
}
