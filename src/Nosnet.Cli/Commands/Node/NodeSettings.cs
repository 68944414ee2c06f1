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

    public static Option<string?> Policy() =>
        new("--policy") { Description = "A JSON file that says what jobs may do on this node.", HelpName = "file" };

    /// <summary>Reads a policy file; without one nothing is restricted beyond what a node does by itself.</summary>
    public static NodePolicy ReadPolicy(string? path)
    {
        if (path is null)
            return new NodePolicy();
        try
        {
            return NodePolicyParser.Parse(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The policy {path} cannot be read: {e.Message}");
        }
        catch (InvalidNodePolicyException e)
        {
            throw new UsageException($"{path}: {e.Message}");
        }
    }

    public static Option<GpuChoice> Gpus() => new("--gpu")
    {
        Description = "Which GPUs of this machine jobs may have. [default: all]",
        HelpName = "all|none|0,1",
        CustomParser = result =>
        {
            if (GpuChoice.Parse(result.Tokens[0].Value) is { } choice)
                return choice;
            result.AddError($"--gpu takes all, none or the numbers of GPUs between commas, such as 0,1; not '{result.Tokens[0].Value}'.");
            return GpuChoice.None;
        },
    };

    public static Option<bool> SharesGpus() => new("--share-gpus") { Description = "Let several jobs at once be on one GPU." };

    /// <summary>Starts a node in the server's own process, registered with the operator's key where the network is new.</summary>
    public static Task<NodeHost> StartBesideAsync(
        NosnetServer server, string dataDirectory, LocatedEngine engine, int slots, GpuChoice gpus, NodePolicy policy, ResourceOptions resources, bool takesRunsWithIt, Action<ILoggingBuilder>? logging, CancellationToken cancellation) =>
        NodeHost.StartAsync(
            new NodeOptions
            {
                Server = new Uri(server.Url),
                ApiKey = server.OperatorKey,
                DataDirectory = Path.Combine(dataDirectory, "node"),
                Market = FirstMarket,
                Slots = slots,
                Policy = policy,
                Gpus = gpus,
                Resources = resources,
                Engine = engine.Engine,
                TakesRunsWithIt = takesRunsWithIt,
                Logging = logging,
            },
            cancellation);
}
