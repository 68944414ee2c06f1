using System.CommandLine;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

internal sealed class NodeResumeCommand : OneNodeCommand
{
    public NodeResumeCommand(Terminal terminal)
        : base(terminal, "resume", "Has a node that was drained take jobs again.") =>
        AddCommonOptions();

    protected override Task<NodeView> TellAsync(NodesClient nodes, NodeAddress node, ParseResult parsed, CancellationToken cancellation) =>
        nodes.ResumeAsync(node, cancellation);

    protected override Task<NodeView> TellAsync(NodeSession node, ParseResult parsed, CancellationToken cancellation) => node.ResumeAsync(cancellation);
}
