using System.CommandLine;
using Nosnet.Client;

namespace Nosnet.Cli;

internal sealed class KeyListCommand : NetworkCommand
{
    public KeyListCommand(Terminal terminal)
        : base(terminal, "list", "Lists the account's API keys, never the keys themselves.") =>
        AddCommonOptions();

    protected override async Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation)
    {
        var keys = await client.ApiKeys.ListAsync(cancellation);
        return PrintList(
            parsed, keys, key => key.Json, ["KEY", "NAME", "STATUS", "EXPIRES", "CAP AT ONCE", "A DAY", "A JOB"],
            key => [key.Id, key.Name, key.Status, key.ExpiresAt, key.Caps?.MaxReservedUsd, key.Caps?.MaxPerDayUsd, key.Caps?.MaxPerJobUsd]);
    }
}
