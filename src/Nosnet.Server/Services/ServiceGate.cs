using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Nosnet.Protocol;
using Nosnet.Storage;
using Yarp.ReverseProxy.Forwarder;

namespace Nosnet.Server;

/// <summary>
/// Takes every request to the host name of an exposed port to the port's node, before anything else of the server sees it. Nobody is
/// asked who they are: a service that wants to know asks by itself. What is sent to the host name of a node goes to its API, see <see cref="NodeApi"/>.
/// </summary>
internal sealed class ServiceGate(
    RequestDelegate next, ServiceHosts hosts, ServiceIndex index, SharedServices shared, Names names, IHttpForwarder forwarder, NodeInvoker nodes, Tunnels tunnels, NodePassage passage, PeerForwarder peers, ServerOptions options)
{
    private const int MostKept = 64 * 1024;
    private const int MostTries = 3;

    // An idle event stream or WebSocket is nothing wrong: it ends with one of its ends.
    private static readonly ForwarderRequestConfig Config = new() { ActivityTimeout = TimeSpan.FromDays(7), Version = System.Net.HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

    private readonly string? _scheme = options.PublicUrl is { } url ? new Uri(url).Scheme : null;

    public Task InvokeAsync(HttpContext http) => hosts.IsService(http.Request.Host.Host, out var id) ? ServeAsync(http, id) : next(http);

    private async Task ServeAsync(HttpContext http, string id)
    {
        if (shared.IsKnown(id))
        {
            await ShareAsync(http, id);
            return;
        }

        if (index.Find(id) is { } service)
        {
            if (await ForwardAsync(http, service, new Way(await HolderAsync(http, service.Node), IsAwaited: true)) is { } missed)
                await ServiceRefusals.WriteAsync(http, missed.Refusal);
            return;
        }

        if (await names.FindNodeAddressAsync(id, http.RequestAborted) is { } node)
        {
            http.Request.Path = NodeApi.PathOf(node).Add(http.Request.Path);
            await next(http);
            return;
        }

        await ServiceRefusals.WriteAsync(http, ServiceRefusals.Unknown);
    }

    /// <summary>Takes a request to one of the jobs that share an endpoint, and to another where that one never got it.</summary>
    private async Task ShareAsync(HttpContext http, string id)
    {
        var isRepeatable = IsRepeatable(http);
        var refused = new List<RunAddress>();
        MissedService? missed = null;
        for (var tries = 0; tries < MostTries && missed is null or { WasNotSent: true }; tries++)
        {
            var (request, way) = await BeginAsync(http, id, service => !refused.Contains(service.Target.Run));
            using var begun = request;
            if (begun is null)
                break;
            missed = await ForwardAsync(http, begun.Service, way with { IsAwaited = way.IsAwaited || !isRepeatable });
            if (missed is null)
                return;
            if (!isRepeatable)
                break;
            // A node that has just left is passed over where another can be reached, and else waited for.
            if (way.IsAwaited || way.Past is not null || tunnels.Find(begun.Service.Node) is not null)
                refused.Add(begun.Service.Target.Run);
            http.Response.Clear();
            if (http.Request.Body.CanSeek)
                http.Request.Body.Position = 0;
        }

        if (PassedOn.Is(http) && missed is null)
        {
            // The server that it came to may know of another job.
            http.Response.Headers[PassedOn.UnwantedHeader] = "1";
            await ErrorAnswers.WriteAsync(http, ServiceRefusals.NoReplica);
            return;
        }

        await ServiceRefusals.WriteAsync(http, missed?.Refusal ?? ServiceRefusals.NoReplica);
    }

    /// <summary>
    /// Begins a request at a job whose node can be reached now, through this server or another. Only where there is none is it one whose node
    /// has left, and is waited for.
    /// </summary>
    private async ValueTask<(SharedRequest? Begun, Way Way)> BeginAsync(HttpContext http, string id, Func<RunningService, bool> mayUse)
    {
        // What another server passed on is for a node whose tunnel this one holds.
        if (PassedOn.Is(http))
            return (shared.Begin(id, service => mayUse(service) && tunnels.Find(service.Node) is not null), new Way(Past: null, IsAwaited: true));
        var away = new HashSet<NodeAddress>();
        while (shared.Begin(id, service => mayUse(service) && !away.Contains(service.Node)) is { } begun)
        {
            var past = await HolderAsync(http, begun.Service.Node);
            if (past is not null || tunnels.Find(begun.Service.Node) is not null)
                return (begun, new Way(past, IsAwaited: false));
            begun.Dispose();
            away.Add(begun.Service.Node);
        }

        return (shared.Begin(id, mayUse), new Way(Past: null, IsAwaited: true));
    }

    /// <summary>The other server that a request to a node has to go past; null where there is none.</summary>
    private async ValueTask<Peer?> HolderAsync(HttpContext http, NodeAddress node) =>
        tunnels.Find(node) is null && !PassedOn.Is(http) ? await passage.HolderAsync(node, http.RequestAborted) : null;

    /// <summary>Takes a request to a port's node.</summary>
    /// <returns>Why there is no answer; null where there is one, or nobody waits for it.</returns>
    private async Task<MissedService?> ForwardAsync(HttpContext http, RunningService service, Way way)
    {
        LiftLimits(http);
        if (way.Past is { } peer)
            return await PassOnAsync(http, peer);
        var transformer = new ServiceTransformer(service, _scheme ?? http.Request.Scheme) { IsAwaited = way.IsAwaited };
        var error = await forwarder.SendAsync(http, service.Prefix, nodes, Config, transformer, http.RequestAborted);
        // A body that breaks off or is no HTTP is its sender's fault, and was answered as such.
        if (error is ForwarderError.None or ForwarderError.RequestBodyClient || http.Response.HasStarted || http.RequestAborted.IsCancellationRequested)
            return null;
        var failure = http.GetForwarderErrorFeature()?.Exception;
        return failure is NodeMovedException moved && !PassedOn.Is(http) ? await PassOnAsync(http, moved.Holder) : ServiceRefusals.Of(failure);
    }

    private async Task<MissedService?> PassOnAsync(HttpContext http, Peer peer)
    {
        var passed = await peers.SendAsync(http, peer);
        return passed is Passage.Answered || http.Response.HasStarted ? null : ServiceRefusals.OfPeer(passed);
    }

    /// <summary>Whether a request can be made again: it has no body, or one so small that it is kept until the answer.</summary>
    private static bool IsRepeatable(HttpContext http)
    {
        if (http.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
            return true;
        if (http.Request.ContentLength is not <= MostKept)
            return false;
        http.Request.EnableBuffering(MostKept);
        return true;
    }

    /// <summary>How slowly is between the service and who uses it.</summary>
    private static void LiftLimits(HttpContext http)
    {
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } reading)
            reading.MinDataRate = null;
        if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { } writing)
            writing.MinDataRate = null;
    }

    /// <summary>How a request gets to its node.</summary>
    /// <param name="Past">The other server that it goes past; null where it goes through a tunnel to this one.</param>
    /// <param name="IsAwaited">Whether the node is waited for where it has left.</param>
    private readonly record struct Way(Peer? Past, bool IsAwaited);
}
