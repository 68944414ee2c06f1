using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Forwarder;

namespace Nosnet.Server;

/// <summary>Addresses one request to one exposed port, and tells the service who asked and how.</summary>
internal sealed class ServiceTransformer(RunningService service, string scheme) : HttpTransformer
{
    /// <summary>Whether its node is waited for where it has left.</summary>
    public bool IsAwaited { get; init; } = true;

    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        var incoming = httpContext.Request;
        proxyRequest.Options.Set(NodeInvoker.Node, service.Node);
        proxyRequest.Options.Set(NodeInvoker.Service, service.TargetText);
        proxyRequest.Options.Set(NodeInvoker.FailsAtOnce, !IsAwaited);
        proxyRequest.Headers.Host = incoming.Host.Value;
        Set(proxyRequest, "X-Forwarded-Host", incoming.Host.Value!);
        Set(proxyRequest, "X-Forwarded-Proto", scheme);
        // Those before this server name themselves first, as everywhere.
        Set(proxyRequest, "X-Forwarded-For", StringValues.Concat(incoming.Headers["X-Forwarded-For"], httpContext.Connection.RemoteIpAddress?.ToString()).ToString());
        // As it was written: some services sign what they get, and '%2F' is not '/'.
        if (httpContext.Features.Get<IHttpRequestFeature>()?.RawTarget is ['/', ..] target)
            proxyRequest.RequestUri = new Uri(destinationPrefix + target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
    }

    public override async ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (proxyResponse is { StatusCode: HttpStatusCode.SwitchingProtocols, RequestMessage.Headers.Upgrade.Count: 0 })
            throw new HttpRequestException(HttpRequestError.InvalidResponse, "The service changes the protocol, and nobody has asked it to.");
        try
        {
            var isPassedOn = await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
            // It has no body and may have no length (RFC 9110, 8.6), whatever the service says.
            if (proxyResponse?.StatusCode is HttpStatusCode.NoContent)
                httpContext.Response.ContentLength = null;
            return isPassedOn;
        }
        catch (InvalidOperationException failure)
        {
            // A length that is none, or control characters: what reads answers lets it pass, and what writes them does not.
            throw new HttpRequestException(HttpRequestError.InvalidResponse, failure.Message, failure);
        }
    }

    private static void Set(HttpRequestMessage request, string name, string value)
    {
        request.Headers.Remove(name);
        request.Headers.TryAddWithoutValidation(name, value);
    }
}
