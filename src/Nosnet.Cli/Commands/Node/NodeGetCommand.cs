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
        var node = await client.Nodes.GetAsync(parsed.GetRequiredValue(_node), cancellation);
        var json = WantsJson(parsed);
        NodeCard.Show(Terminal, node, json, json ? null : await MarketName.OfAsync(client, node.Market?.ToString(), cancellation));
        return ExitCodes.Ok;
    }
}
