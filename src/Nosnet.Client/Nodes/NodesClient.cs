using Nosnet.Protocol;
using SimpleBase;

namespace Nosnet.Client;

/// <summary>The nodes of a Nosnet network, and how a machine becomes one.</summary>
public sealed class NodesClient
{
    private readonly Api _api;

    internal NodesClient(Api api) => _api = api;

    /// <summary>All nodes and what they do. Needs no API key.</summary>
    public Task<IReadOnlyList<NodeView>> ListAsync(CancellationToken cancellationToken = default) =>
        _api.Transport.AnswerAsync(_api.Get($"nodes"), WireJson.Reading.IReadOnlyListNodeView, cancellationToken);

    /// <summary>One node. Needs no API key.</summary>
    /// <exception cref="NosanaNotFoundException">There is no such node.</exception>
    public Task<NodeView> GetAsync(NodeAddress node, CancellationToken cancellationToken = default) =>
        _api.Transport.AnswerAsync(_api.Get($"nodes/{node}"), WireJson.Reading.NodeView, cancellationToken);

    /// <summary>Has a node finish what it runs and take nothing new, until <see cref="ResumeAsync"/>. Needs a key of the operator.</summary>
    /// <param name="node">The node.</param>
    /// <param name="thenStop">Whether the node's process is to end once nothing runs.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    public Task<NodeView> DrainAsync(NodeAddress node, bool thenStop = false, CancellationToken cancellationToken = default) =>
        _api.Transport.AnswerAsync(
            _api.Once(_api.Post($"nodes/{node}/drain")).With(new DrainRequest(thenStop), WireJson.Writing.DrainRequest), WireJson.Reading.NodeView, cancellationToken);

    /// <summary>Has a node that was drained take jobs again. Needs a key of the operator.</summary>
    public Task<NodeView> ResumeAsync(NodeAddress node, CancellationToken cancellationToken = default) =>
        _api.Transport.AnswerAsync(_api.Once(_api.Post($"nodes/{node}/resume")), WireJson.Reading.NodeView, cancellationToken);

    /// <summary>Asks for a challenge, which whoever holds the node's key signs. Needs no API key.</summary>
    public Task<ChallengeAnswer> ChallengeAsync(NodeAddress node, CancellationToken cancellationToken = default) =>
        _api.Transport.AnswerAsync(
            (_api.Post($"nodes/challenge") with { Token = null }).With(new ChallengeRequest(node), WireJson.Writing.ChallengeRequest),
            WireJson.Reading.ChallengeAnswer,
            cancellationToken);

    /// <summary>Exchanges a signed challenge for a node's token. Needs no API key.</summary>
    public Task<TokenAnswer> TokenAsync(TokenRequest request, CancellationToken cancellationToken = default) =>
        _api.Transport.AnswerAsync(
            (_api.Post($"nodes/token") with { Token = null }).With(request, WireJson.Writing.TokenRequest),
            WireJson.Reading.TokenAnswer,
            cancellationToken);

    /// <summary>Makes a node known, or renames it. Needs an API key with the scope <c>nodes:register</c>.</summary>
    public Task<NodeView> RegisterAsync(RegisterNodeRequest request, CancellationToken cancellationToken = default) =>
        _api.Transport.AnswerAsync(
            _api.Once(_api.Post($"nodes/register")).With(request, WireJson.Writing.RegisterNodeRequest), WireJson.Reading.NodeView, cancellationToken);

    /// <summary>A session of the node that has this key pair: its calls, in its name. Nothing is sent before the first of them.</summary>
    public NodeSession Session(KeyPair key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Session(new NodeAddress(key.Address), bytes => Base58.Bitcoin.Encode(key.Sign(bytes.Span)));
    }

    /// <summary>A session of a node whose key is elsewhere: its calls, in its name. Nothing is sent before the first of them.</summary>
    /// <param name="node">The node.</param>
    /// <param name="sign">Signs bytes with the node's key and gives the Ed25519 signature in base58.</param>
    public NodeSession Session(NodeAddress node, Func<ReadOnlyMemory<byte>, string> sign)
    {
        ArgumentNullException.ThrowIfNull(sign);
        return new NodeSession(this, _api, node, sign);
    }
}
