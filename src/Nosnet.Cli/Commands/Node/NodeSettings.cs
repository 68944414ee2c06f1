using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Nosnet.Node;
using Nosnet.Protocol;
using Nosnet.Server;

namespace Nosnet.Cli;

/// <summary>What the commands that start a node share.</summary>
internal static class NodeSettings
{
    private const string FirstMarket = "default";
    private const int MostSlots = 1_000;

    public static Option<int> Slots()
    {
        var slots = new Option<int>("--slots") { Description = "How many jobs the node runs at once.", HelpName = "number", DefaultValueFactory = _ => 1 };
        slots.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, CultureInfo.InvariantCulture, out var number) && number is (< 1 or > MostSlots))
                result.AddError($"A node has 1 to {MostSlots} slots.");
        });
        return slots;
    }

    /// <summary>Starts a node in the server's own process, registered with the operator's key where the network is new.</summary>
    public static Task<NodeHost> StartBesideAsync(
        NosnetServer server, string dataDirectory, LocatedEngine engine, int slots, bool takesRunsWithIt, Action<ILoggingBuilder>? logging, CancellationToken cancellation) =>
        NodeHost.StartAsync(
            new NodeOptions
            {
                Server = new Uri(server.Url),
                ApiKey = server.OperatorKey,
                DataDirectory = Path.Combine(dataDirectory, "node"),
                Market = FirstMarket,
                Slots = slots,
                Engine = engine.Engine,
                TakesRunsWithIt = takesRunsWithIt,
                Logging = logging,
            },
            cancellation);
}
