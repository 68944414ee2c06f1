using Nosnet.Engine;

namespace Nosnet.Storage;

/// <summary>The stores of a network, open. Whoever uses one disposes of it.</summary>
public interface INetworkStores
{
    IReadStore Read { get; }
    IContentStore Content { get; }
    ISecretStore Secrets { get; }
    IWebhookStore Webhooks { get; }

    /// <summary>The servers that share the store; null where one server has it to itself.</summary>
    IPeers? Peers { get; }

    /// <summary>Opens the writing half; null where another server holds it.</summary>
    ILaneStore? TryOpenLane();
}
