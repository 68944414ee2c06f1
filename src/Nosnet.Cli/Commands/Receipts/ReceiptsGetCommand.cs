using System.CommandLine;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

internal sealed class ReceiptsGetCommand : NetworkCommand
{
    private readonly Argument<string> _tx = new("tx") { Description = "The id of the change, as posting a job or its events tell it." };

    public ReceiptsGetCommand(Terminal terminal)
        : base(terminal, "get", "Prints the receipt of a change. Kept in a file, it can be verified without the network.")
    {
        Add(_tx);
        AddConnectionOptions();
    }

    protected override async Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation)
    {
        Terminal.PrintJson(await client.Receipts.GetAsync(parsed.GetRequiredValue(_tx), cancellation), ProtocolJson.Default.Receipt);
        return ExitCodes.Ok;
    }
}
