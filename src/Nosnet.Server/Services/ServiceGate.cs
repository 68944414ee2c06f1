using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Nosnet.Protocol;
using Yarp.ReverseProxy.Forwarder;

namespace Nosnet.Server;

/// <summary>
/// Takes every request to the host name of an exposed port to the port's node, before anything else of the server sees it. Nobody is
/// asked who they are: a service that wants to know asks by itself.
/// </summary>
internal sealed class ServiceGate(
    RequestDelegate next, ServiceHosts hosts, ServiceIndex index, IHttpForwarder forwarder, NodeInvoker nodes, ServerOptions options)
{
    // An idle event stream or WebSocket is nothing wrong: it ends with one of its ends.
    private static readonly ForwarderRequestConfig Config = new() { ActivityTimeout = TimeSpan.FromDays(7), Version = System.Net.HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

    private readonly string? _scheme = options.PublicUrl is { } url ? new Uri(url).Scheme : null;

    public async Task InvokeAsync(HttpContext http)
    {
        if (!hosts.IsService(http.Request.Host.Host, out var id))
        {
            await next(http);
            return;
        }

        if (index.Find(id) is not { } service)
        {
            await ServiceRefusals.WriteAsync(http, ServiceRefusals.Unknown);
            return;
        }

        LiftLimits(http);
        var transformer = new ServiceTransformer(service, _scheme ?? http.Request.Scheme);
        var error = await forwarder.SendAsync(http, NodeInvoker.Prefix, nodes, Config, transformer, http.RequestAborted);
        if (transformer.Refusal is { } refusal)
            await ServiceRefusals.WriteAsync(http, refusal);
        else if (error is not ForwarderError.None && !http.Response.HasStarted && !http.RequestAborted.IsCancellationRequested)
            await ServiceRefusals.WriteAsync(http, ServiceRefusals.NoNode(http.GetForwarderErrorFeature()?.Exception));
    }

    /// <summary>How much and how slowly is between the service and who uses it.</summary>
    private static void LiftLimits(HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } reading)
            reading.MinDataRate = null;
        if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { } writing)
            writing.MinDataRate = null;
    }
}
