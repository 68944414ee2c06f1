using Nosnet.Protocol;
using Nosnet.Storage;

namespace Nosnet.Server;

/// <summary>Sends requests through the tunnel of the node that each of them names.</summary>
internal sealed class NodeInvoker(Tunnels tunnels) : HttpMessageInvoker(new Handler(tunnels))
{
    public const string Prefix = "http://node";

    public static readonly HttpRequestOptionsKey<NodeAddress> Node = new("node");

    /// <summary>The container's port that the request is for, as <see cref="ServiceTarget"/> writes it. A request without is for the node itself.</summary>
    public static readonly HttpRequestOptionsKey<string> Service = new("service");

    /// <summary>Whether the request fails where its node has left, instead of waiting for it: somebody else can answer.</summary>
    public static readonly HttpRequestOptionsKey<bool> FailsAtOnce = new("fails at once");

    private sealed class Handler(Tunnels tunnels) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (!request.Options.TryGetValue(Node, out var node))
                throw new InvalidOperationException("The request does not say which node it is for.");
            var answer = await tunnels.SendAsync(node, request, cancellationToken);
            return answer.IsRefused ? throw new NodeUnreachableException(answer.Refusal) : answer.Value;
        }
    }
}

/// <summary>A node has no tunnel to this server.</summary>
internal sealed class NodeUnreachableException(Refusal refusal) : HttpRequestException(refusal.Message)
{
    public Refusal Refusal => refusal;
}

/// <summary>A node's tunnel is at another server. Of the request nothing was sent.</summary>
internal sealed class NodeMovedException(Peer holder) : HttpRequestException("The node's tunnel is at another server.")
{
    public Peer Holder => holder;
}
