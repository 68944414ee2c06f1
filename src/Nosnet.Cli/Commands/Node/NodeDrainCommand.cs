using System.CommandLine;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

internal sealed class NodeDrainCommand : OneNodeCommand
{
    private readonly Option<bool> _thenStop = new("--then-stop") { Description = "And have its process end once nothing runs." };

    public NodeDrainCommand(Terminal terminal)
        : base(terminal, "drain", "Has a node finish what it runs and take nothing new, until 'node resume'.")
    {
        Add(_thenStop);
        AddCommonOptions();
    }

    protected override Task<NodeView> TellAsync(NodesClient nodes, NodeAddress node, ParseResult parsed, CancellationToken cancellation) =>
        nodes.DrainAsync(node, parsed.GetValue(_thenStop), cancellation);

    protected override Task<NodeView> TellAsync(NodeSession node, ParseResult parsed, CancellationToken cancellation) =>
        node.DrainAsync(parsed.GetValue(_thenStop), cancellation);
}
