using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Nosnet.Protocol;
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
    private static readonly ForwarderRequestConfig Config = new() { ActivityTimeout = TimeSpan.FromDays(7), Version = System.Net.HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

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
            if (await ForwardAsync(http, service) is { } missed)
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
        var tried = new List<RunAddress>();
        var refusal = ServiceRefusals.NoReplica;
        while (tried.Count < MostTries)
        {
            // What another server passed on is for a node whose tunnel this one holds.
            using var begun = shared.Begin(id, service => !tried.Contains(service.Target.Run) && (!PassedOn.Is(http) || tunnels.Find(service.Node) is not null));
            if (begun is null)
                break;
            if (await ForwardAsync(http, begun.Service) is not { } missed)
                return;
            refusal = missed.Refusal;
            if (!isRepeatable || !missed.WasNotSent)
                break;
            tried.Add(begun.Service.Target.Run);
            http.Response.Clear();
            if (http.Request.Body.CanSeek)
                http.Request.Body.Position = 0;
        }

        await ServiceRefusals.WriteAsync(http, refusal);
    }

    /// <summary>Takes a request to a port's node.</summary>
    /// <returns>Why there is no answer; null where there is one, or nobody waits for it.</returns>
    private async Task<MissedService?> ForwardAsync(HttpContext http, RunningService service)
    {
        LiftLimits(http);
        if (tunnels.Find(service.Node) is null && !PassedOn.Is(http) && await passage.HolderAsync(service.Node, http.RequestAborted) is { } holder)
            return await peers.SendAsync(http, holder) is not Passage.Answered && !http.Response.HasStarted ? new MissedService(ServiceRefusals.NoNode(null), WasNotSent: false) : null;

        var transformer = new ServiceTransformer(service, _scheme ?? http.Request.Scheme);
        var error = await forwarder.SendAsync(http, NodeInvoker.Prefix, nodes, Config, transformer, http.RequestAborted);
        if (transformer.Missed is { } missed)
            return missed;
        if (error is ForwarderError.None || http.Response.HasStarted || http.RequestAborted.IsCancellationRequested)
            return null;
        var failure = http.GetForwarderErrorFeature()?.Exception;
        return new MissedService(ServiceRefusals.NoNode(failure), WasNotSent: failure is NodeUnreachableException);
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
}
