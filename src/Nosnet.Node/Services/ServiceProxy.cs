using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Nosnet.Protocol;
using Yarp.ReverseProxy.Forwarder;

namespace Nosnet.Node;

/// <summary>Carries what comes through the tunnel for a container to it; everything else is for the node itself.</summary>
internal sealed class ServiceProxy(RequestDelegate next, IHttpForwarder forwarder, RunKeeper runs)
{
    private const int MostTargets = 1024;

    // An idle event stream or WebSocket is nothing wrong: it ends with one of its ends.
    private static readonly ForwarderRequestConfig Config = new() { ActivityTimeout = TimeSpan.FromDays(7), Version = System.Net.HttpVersion.Version11 };

    private readonly ConcurrentDictionary<string, ServiceTarget> _targets = new(StringComparer.Ordinal);

    public async Task InvokeAsync(HttpContext http)
    {
        if (!http.Request.Headers.TryGetValue(ServiceTarget.Header, out var header))
        {
            await next(http);
            return;
        }

        if (!TryParse(header.ToString(), out var target) || await runs.FindServiceAsync(target, http.RequestAborted) is not { } operation)
        {
            Refuse(http, ServiceTarget.Ended);
            return;
        }

        var url = ContainerDialler.Url("http", target.Port, "");
        var error = await forwarder.SendAsync(http, url.OriginalString, operation.Http, Config, ContainerTransformer.Instance, http.RequestAborted);
        if (error is not ForwarderError.None && !http.Response.HasStarted)
            Refuse(http, IsSilent(http) ? ServiceTarget.Silent : ServiceTarget.Broken);
    }

    /// <summary>Reading an address costs more than finding what it is of, and there are few.</summary>
    private bool TryParse(string text, out ServiceTarget target)
    {
        if (_targets.TryGetValue(text, out target))
            return true;
        if (!ServiceTarget.TryParse(text, out target))
            return false;
        if (_targets.Count >= MostTargets)
            _targets.Clear();
        _targets[text] = target;
        return true;
    }

    private static bool IsSilent(HttpContext http) =>
        http.Features.Get<IForwarderErrorFeature>()?.Exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } or ObjectDisposedException;

    private static void Refuse(HttpContext http, string why)
    {
        http.Response.Clear();
        http.Response.StatusCode = StatusCodes.Status502BadGateway;
        http.Response.Headers[ServiceTarget.RefusedHeader] = why;
    }
}
