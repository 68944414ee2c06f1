using System.CommandLine;
using System.Text.Json;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

internal sealed class NodeListCommand : NetworkCommand
{
    public NodeListCommand(Terminal terminal)
        : base(terminal, "list", "Lists the nodes, what they are and what they do.") =>
        AddCommonOptions();

    protected override async Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation)
    {
        var nodes = await client.Nodes.ListAsync(cancellation);
        if (WantsJson(parsed))
        {
            Terminal.PrintJson(json => JsonSerializer.Serialize(json, nodes, ProtocolJson.Default.IReadOnlyListNodeView));
            return ExitCodes.Ok;
        }

        var markets = (await client.Markets.ListAsync(cancellation)).ToDictionary(m => m.Address, m => m.Slug);
        var list = Drawings.List("NODE", "ADDRESS", "STATE", "MARKET", "JOBS", "CORES", "MEMORY", "DISK", "GPUS");
        foreach (var node in nodes)
        {
            list.Row(
                node.Name,
                node.Address,
                NodeCard.State(node),
                node.Market is { } market ? markets.GetValueOrDefault(market) : "",
                $"{node.RunningJobs} of {node.Slots}",
                node.Info?.Cpu?.LogicalCores,
                NodeCard.Memory(node.Info),
                NodeCard.Disk(node.Info),
                NodeCard.Gpus(node.Info));
        }
        Terminal.DrawList(list);
        return ExitCodes.Ok;
    }
}
