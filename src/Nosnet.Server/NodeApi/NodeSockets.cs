using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>
/// The WebSockets of nodes: <c>/log</c>, <c>/flog</c> and <c>/status</c> of one job each. What proves the caller is in the first message, and all
/// three ask for it; official nodes let anybody read <c>/flog</c>.
/// </summary>
internal sealed class NodeSockets(NodeJobs jobs, JobStreams streams, Definitions definitions, IHostApplicationLifetime lifetime, TimeProvider time)
{
    private static readonly TimeSpan AskTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PingPeriod = TimeSpan.FromSeconds(30);

    public async Task ServeAsync(HttpContext http, string node, CancellationToken cancellation)
    {
        using var accepted = await http.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext { KeepAliveInterval = PingPeriod, KeepAliveTimeout = PingPeriod });
        using var socket = new NodeSocket(accepted);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation, lifetime.ApplicationStopping);
        try
        {
            var (status, reason) = await ServeAsync(socket, node, http.Request.Headers.Authorization.ToString(), ending);
            await socket.CloseAsync(status, reason, cancellation);
        }
        catch (Exception failure) when (failure is OperationCanceledException or WebSocketException or IOException)
        {
            await socket.CloseAsync(WebSocketCloseStatus.EndpointUnavailable, "The server ends the connection. Dial again.", CancellationToken.None);
        }
    }

    private async Task<(WebSocketCloseStatus Status, string Reason)> ServeAsync(NodeSocket socket, string node, string handshake, CancellationTokenSource ending)
    {
        using var limit = new CancellationTokenSource(AskTime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ending.Token);
        if (await socket.AskedAsync(either.Token) is not { } asked)
            return (WebSocketCloseStatus.InvalidPayloadData, "The first message has to be {path, header, body: {jobAddress}}.");
        var path = Text(asked["path"])?.Trim('/');
        if (path is not ("log" or "flog" or "status"))
            return (NodeSocket.InvalidPath, "Invalid Path");
        var body = asked["body"] as JsonObject;
        if ((Text(body?["jobAddress"]) ?? Text(body?["address"])) is not { } address)
            return (WebSocketCloseStatus.InvalidPayloadData, "body.jobAddress is missing.");
        if (!JobAddress.TryParse(address, out _))
            return (WebSocketCloseStatus.PolicyViolation, "Invalid job address");

        var headers = asked["headers"] as JsonObject;
        var authorization = Text(asked["header"]) ?? Text(headers?["Authorization"]) ?? Text(headers?["authorization"]) ?? handshake;
        var found = await jobs.JobAsync(node, address, authorization, Scopes.JobsRead, ending.Token);
        if (found.IsRefused)
            return (found.Refusal.Code.Status is StatusCodes.Status404NotFound ? WebSocketCloseStatus.InvalidPayloadData : NodeSocket.Unauthorized, found.Refusal.Message);

        var listener = await ListenerAsync(socket, path, found.Value, body!, ending.Token);
        var gone = socket.UntilClosedAsync(ending.Token);
        var following = streams.FollowAsync(listener, found.Value.Job, path == "status" ? null : LogPosition.Start, ending.Token);
        await Task.WhenAny(gone, following);
        if (following.IsCompleted)
        {
            await following;
            return (WebSocketCloseStatus.NormalClosure, "The job has ended.");
        }

        // A reader that goes takes with it all that is done for it.
        await ending.CancelAsync();
        await following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return (WebSocketCloseStatus.NormalClosure, "");
    }

    private async Task<IJobListener> ListenerAsync(NodeSocket socket, string path, AllowedJob job, JsonObject body, CancellationToken cancellation) => path switch
    {
        "log" => new TaskLogListener(socket, job.Address),
        "status" => new NodeStateListener(socket, time),
        _ => new FlowLogListener(socket, await definitions.OfAsync(job.Job.Definition, cancellation), Text(body["group"]), Text(body["opId"]), Text(body["type"])),
    };

    private static string? Text(JsonNode? node) => node is JsonValue value && value.GetValueKind() is JsonValueKind.String ? value.GetValue<string>() : null;
}
