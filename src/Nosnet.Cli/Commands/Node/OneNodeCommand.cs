using System.CommandLine;
using Nosnet.Client;
using Nosnet.Node;
using Nosnet.Protocol;

namespace Nosnet.Cli;

/// <summary>A command that tells one node what to do: in the operator's name by its address, or on its own machine in its own.</summary>
internal abstract class OneNodeCommand : NetworkCommand
{
    private readonly Argument<NodeAddress?> _node = new("node")
    {
        Description = "The node's address, with a key of the operator. Without it: the node of this machine.",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = result =>
        {
            if (NodeAddress.TryParse(result.Tokens[0].Value, out var address))
                return address;
            result.AddError($"'{result.Tokens[0].Value}' is not a node's address.");
            return null;
        },
    };

    private readonly Option<string?> _data = new("--data") { Description = $"Where the node of this machine keeps its key. [default: {DataDirectories.Of("node")}]", HelpName = "directory" };

    protected OneNodeCommand(Terminal terminal, string name, string description)
        : base(terminal, name, description)
    {
        Add(_node);
        Add(_data);
    }

    protected override async Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation)
    {
        if (parsed.GetValue(_node) is { } address)
        {
            NodeCard.Show(Terminal, await TellAsync(client.Nodes, address, parsed, cancellation), WantsJson(parsed));
            return ExitCodes.Ok;
        }

        var data = parsed.GetValue(_data) ?? DataDirectories.Of("node");
        using var key = NodeKey.Find(data) ?? throw new UsageException($"There is no node's key in {data}. Say which node: its address, or --data with the directory it was started with.");
        using var session = client.Nodes.Session(key);
        NodeCard.Show(Terminal, await TellAsync(session, parsed, cancellation), WantsJson(parsed));
        return ExitCodes.Ok;
    }

    protected abstract Task<NodeView> TellAsync(NodesClient nodes, NodeAddress node, ParseResult parsed, CancellationToken cancellation);

    protected abstract Task<NodeView> TellAsync(NodeSession node, ParseResult parsed, CancellationToken cancellation);
}
