using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>Sends requests through the tunnel of the node that each of them names.</summary>
internal sealed class NodeInvoker(Tunnels tunnels) : HttpMessageInvoker(new Handler(tunnels))
{
    public const string Prefix = "http://node";

    public static readonly HttpRequestOptionsKey<NodeAddress> Node = new("node");

    /// <summary>Whether a node that has left is not waited for, because somebody else can answer.</summary>
    public static readonly HttpRequestOptionsKey<bool> IsNotAwaited = new("is not awaited");

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
