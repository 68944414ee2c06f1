using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;
using Nosnet.Storage;
using Yarp.ReverseProxy.Forwarder;

namespace Nosnet.Server;

/// <summary>Passes whole requests on to other servers of the network, sealed, and as they came.</summary>
internal sealed class PeerForwarder(IHttpForwarder forwarder, PeerConnections connections, ServerSeal seal)
{
    // A stream or a WebSocket may be idle for long: it ends with one of its ends, or with its connection.
    private static readonly ForwarderRequestConfig Config = new() { ActivityTimeout = TimeSpan.FromDays(7), Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

    /// <summary>Passes a request on and its answer back. What could not be is told, and then nothing was answered yet.</summary>
    public async Task<Passage> SendAsync(HttpContext http, Peer peer)
    {
        var transformer = new Transformer(seal);
        var error = await forwarder.SendAsync(http, peer.Url, connections.Http, Config, transformer, http.RequestAborted);
        if (transformer.IsUnwanted)
            return Passage.NotDone;
        if (error is ForwarderError.None || http.Response.HasStarted || http.RequestAborted.IsCancellationRequested)
            return Passage.Answered;
        return http.GetForwarderErrorFeature()?.Exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError }
            or OperationCanceledException
            ? Passage.NotDone
            : Passage.Broken;
    }

    private sealed class Transformer(ServerSeal seal) : HttpTransformer
    {
        public bool IsUnwanted { get; private set; }

        public override async ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
        {
            await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
            var target = TargetOf(httpContext);
            proxyRequest.RequestUri = new Uri(destinationPrefix + target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
            proxyRequest.Headers.Host = httpContext.Request.Host.Value;
            proxyRequest.Headers.Remove(ServerSeal.Header);
            proxyRequest.Headers.TryAddWithoutValidation(ServerSeal.Header, seal.Of(PassedTo.Server, httpContext.Request.Method, target, httpContext.Connection.RemoteIpAddress));
        }

        public override ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
        {
            if (proxyResponse is null || !proxyResponse.Headers.Contains(PassedOn.UnwantedHeader))
                return base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
            IsUnwanted = true;
            return ValueTask.FromResult(false);
        }

        /// <summary>What is asked for, as it was written; by its path where the whole address was written, as for a proxy (RFC 9112, 3.2.2).</summary>
        private static string TargetOf(HttpContext http) =>
            http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget is ['/', ..] written ? written
            : http.Request.GetEncodedPathAndQuery() is { Length: > 0 } path ? path : "/";
    }
}

/// <summary>What became of a request that was passed on.</summary>
internal enum Passage
{
    /// <summary>It was answered.</summary>
    Answered,

    /// <summary>The other server did nothing with it: it was not reached, or was not the right one.</summary>
    NotDone,

    /// <summary>The other server broke off, and what it did before is not known.</summary>
    Broken,
}
