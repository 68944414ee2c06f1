using System.CommandLine;
using System.Text.Json;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

internal sealed class SecretListCommand : NetworkCommand
{
    public SecretListCommand(Terminal terminal)
        : base(terminal, "list", "Lists the account's secrets by name. Their values are never shown.") =>
        AddCommonOptions();

    protected override async Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation)
    {
        var secrets = await client.Secrets.ListAsync(cancellation);
        return PrintList(
            parsed, secrets, secret => JsonSerializer.SerializeToElement(secret, ProtocolJson.Default.SecretView), ["SECRET", "CREATED", "UPDATED", "LAST USED"],
            secret => [secret.Name, secret.CreatedAt, secret.UpdatedAt, secret.LastUsedAt]);
    }
}
