using System.CommandLine;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

internal sealed class NodeGetCommand : NetworkCommand
{
    private readonly Argument<NodeAddress> _node = Parsed.Argument<NodeAddress>("node", "The node's address.");

    public NodeGetCommand(Terminal terminal)
        : base(terminal, "get", "Shows a node: what it is and what it does.")
    {
        Add(_node);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation)
    {
        NodeCard.Show(Terminal, await client.Nodes.GetAsync(parsed.GetRequiredValue(_node), cancellation), WantsJson(parsed));
        return ExitCodes.Ok;
    }
}
