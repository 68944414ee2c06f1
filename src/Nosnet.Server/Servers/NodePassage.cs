using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Nosnet.Engine;
using Nosnet.Protocol;
using Nosnet.Storage;
using Yarp.ReverseProxy.Forwarder;

namespace Nosnet.Server;

/// <summary>Reaches nodes whose tunnels other servers hold: by a request to that server, under a path that only servers may use.</summary>
internal sealed class NodePassage(INetworkStores stores, PeerConnections connections, ServerSeal seal)
{
    public const string Prefix = "/servers/nodes";

    /// <summary>The server that holds a node's tunnel, where that is another one and the store can say so.</summary>
    public async ValueTask<Peer?> HolderAsync(NodeAddress node, CancellationToken cancellation)
    {
        try
        {
            return stores.Peers is { } all && await all.HolderAsync(node, cancellation) is { } holder && holder.Id != all.Self ? holder : null;
        }
        catch (StoreUnavailableException)
        {
            return null;
        }
    }

    /// <summary>Sends a request to a node through the server that holds its tunnel.</summary>
    /// <exception cref="HttpRequestException">That server was not reached, or broke off.</exception>
    public async Task<Outcome<HttpResponseMessage>> SendAsync(NodeAddress node, HttpRequestMessage request, Peer holder, CancellationToken cancellation)
    {
        var target = $"{Prefix}/{node}{request.RequestUri!.PathAndQuery}";
        using var passed = new HttpRequestMessage(request.Method, holder.Url + target) { Content = request.Content };
        foreach (var (name, values) in request.Headers)
            passed.Headers.TryAddWithoutValidation(name, values);
        passed.Headers.TryAddWithoutValidation(ServerSeal.Header, seal.Of(PassedTo.Node, request.Method.Method, target, client: null));
        HttpResponseMessage answer;
        try
        {
            answer = await connections.Http.SendAsync(passed, cancellation);
        }
        catch (HttpRequestException failure) when (failure.HttpRequestError is HttpRequestError.ConnectionError)
        {
            return Tunnels.Unreachable(node);
        }

        // The content is the request's own.
        passed.Content = null;
        if (!answer.Headers.Contains(PassedOn.UnwantedHeader))
            return answer;
        answer.Dispose();
        return Tunnels.Unreachable(node);
    }
}

/// <summary>Takes what another server sends to a node through the tunnel that this one holds.</summary>
internal sealed class NodePassageEnd(RequestDelegate next, IHttpForwarder forwarder, NodeInvoker nodes, Tunnels tunnels)
{
    private static readonly ForwarderRequestConfig Config = new() { ActivityTimeout = TimeSpan.FromDays(7), Version = System.Net.HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

    public Task InvokeAsync(HttpContext http) =>
        http.Request.Path.StartsWithSegments(NodePassage.Prefix, out var rest) && PassedOn.IsToNode(http)
        && rest.Value?.Split('/', 3) is ["", var name, _] && NodeAddress.TryParse(name, out var node)
            ? SendAsync(http, name, node)
            : next(http);

    private async Task SendAsync(HttpContext http, string name, NodeAddress node)
    {
        if (tunnels.Find(node) is null)
        {
            await RefuseAsync(http, node);
            return;
        }

        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget[(NodePassage.Prefix.Length + 1 + name.Length)..];
        var error = await forwarder.SendAsync(http, NodeInvoker.Prefix, nodes, Config, new Transformer(node, target), http.RequestAborted);
        if (error is not ForwarderError.None && !http.Response.HasStarted && !http.RequestAborted.IsCancellationRequested)
        {
            http.Response.Clear();
            await RefuseAsync(http, node);
        }
    }

    private static Task RefuseAsync(HttpContext http, NodeAddress node)
    {
        http.Response.Headers[PassedOn.UnwantedHeader] = "1";
        return ErrorAnswers.WriteAsync(http, Tunnels.Unreachable(node));
    }

    private sealed class Transformer(NodeAddress node, string target) : HttpTransformer
    {
        public override async ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
        {
            await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
            proxyRequest.Options.Set(NodeInvoker.Node, node);
            proxyRequest.Headers.Host = null;
            proxyRequest.RequestUri = new Uri(destinationPrefix + target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        }
    }
}
