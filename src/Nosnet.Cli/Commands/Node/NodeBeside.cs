using Microsoft.Extensions.Logging;
using Nosnet.Node;
using Nosnet.Server;

namespace Nosnet.Cli;

/// <summary>A node in the server's own process, registered with the operator's key where the network is new.</summary>
internal static class NodeBeside
{
    private const string FirstMarket = "default";

    public static Task<NodeHost> StartAsync(
        NosnetServer server, string dataDirectory, LocatedEngine engine, MachineSettings machine, bool takesRunsWithIt, Action<ILoggingBuilder>? logging, CancellationToken cancellation) =>
        NodeHost.StartAsync(
            new NodeOptions
            {
                Server = new Uri(server.Url),
                ApiKey = server.OperatorKey,
                DataDirectory = Path.Combine(dataDirectory, "node"),
                Market = FirstMarket,
                Slots = machine.Slots,
                Policy = machine.Policy,
                Gpus = machine.Gpus,
                Resources = machine.Resources,
                Engine = engine.Engine,
                TakesRunsWithIt = takesRunsWithIt,
                Logging = logging,
            },
            cancellation);
}
