using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Nosnet.Protocol;
using Yarp.ReverseProxy.Forwarder;

namespace Nosnet.Node;

/// <summary>Gives the container the request as its sender made it, and nothing that is said between node and server.</summary>
internal sealed class ContainerTransformer : HttpTransformer
{
    public static readonly ContainerTransformer Instance = new();

    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        proxyRequest.Headers.Remove(ServiceTarget.Header);
        proxyRequest.Headers.Host = httpContext.Request.Host.Value;
        // As it was written: some services sign what they get, and '%2F' is not '/'.
        if (httpContext.Features.Get<IHttpRequestFeature>()?.RawTarget is ['/', ..] target)
            proxyRequest.RequestUri = new Uri(destinationPrefix + target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
    }

    public override ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        // That is the node's to say.
        proxyResponse?.Headers.Remove(ServiceTarget.RefusedHeader);
        return base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
    }
}
