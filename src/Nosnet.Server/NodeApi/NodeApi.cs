using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>
/// The API of nodes as official clients know it, at <c>{node}.{endpoint domain}</c>. The server answers in the nodes' place and asks them
/// through their tunnels, so that no node ever sees what opens an account. See "Nodes by name" in docs/wire.md.
/// </summary>
internal static class NodeApi
{
    public const string Cors = "nodes";

    private const string Prefix = "/node";

    /// <summary>Where the requests to a node's host name are served.</summary>
    public static PathString PathOf(NodeAddress node) => $"{Prefix}/{node}";

    /// <summary>Pages of any site may ask: nothing that a browser adds by itself opens anything here.</summary>
    public static void Allow(CorsPolicyBuilder policy) => policy.AllowAnyOrigin().AllowAnyHeader().AllowAnyMethod().SetPreflightMaxAge(TimeSpan.FromHours(1));

    public static void MapNodeApi(this IEndpointRouteBuilder app)
    {
        // Who may call is for each to find out: what proves it may be a wallet's signature, which only the job can be held against.
        var node = app.MapGroup(Prefix + "/{node}").WithMetadata(AccessRule.Open).RequireCors(Cors).ExcludeFromDescription();
        node.MapGet("/", NodeApiEndpoints.AddressAsync);
        node.MapGet("/node/info", NodeApiEndpoints.InfoAsync);
        node.MapGet("/job/{job}/info", NodeApiEndpoints.JobInfoAsync);
        node.MapGet("/job/{job}/ops", NodeApiEndpoints.OperationsAsync);
        node.MapGet("/job/{job}/ops/{operation}", NodeApiEndpoints.OperationAsync);
        node.MapGet("/job/{job}/group/current", NodeApiEndpoints.CurrentGroupAsync);
        node.MapGet("/job/{job}/group/{group}", NodeApiEndpoints.GroupAsync);
        node.MapGet("/job/{job}/endpoints", NodeApiEndpoints.EndpointsAsync);
        node.MapPost("/job/{job}/job-definition", NodeApiEndpoints.SendDefinitionAsync).TakesUpTo(DefinitionLimits.Bytes);
        node.MapGet("/job/{job}/job-definition", NodeApiEndpoints.DefinitionAsync);
        node.MapGet("/job/{job}/results", NodeApiEndpoints.ResultsAsync);
        node.MapPost("/job/{job}/stop", NodeApiEndpoints.StopAsync);
        foreach (var (word, said) in ((string, string)[])[("stop", "Group Operation Stopped"), ("restart", "Group Operation restarted"), ("move", "Group Operation moved")])
            node.MapPost("/job/{job}/group/{group}/" + word, NodeApiEndpoints.Command(word, said));
        foreach (var (word, said) in ((string, string)[])[("stop", "Operation Stopped"), ("restart", "Operation restarted")])
            node.MapPost("/job/{job}/group/{group}/operation/{operation}/" + word, NodeApiEndpoints.Command(word, said));
        // A WebSocket says in its first message what it is for, so it may be dialled anywhere.
        node.MapGet("/{**path}", NodeApiEndpoints.SocketAsync);
    }
}
