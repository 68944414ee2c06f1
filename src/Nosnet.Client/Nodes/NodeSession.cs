using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Nosnet.Protocol;

namespace Nosnet.Client;

/// <summary>What a node says to its network. Fetches a token by signing a challenge when it needs one, and a new one before that expires.</summary>
/// <remarks>Thread-safe. No call is retried: a node says everything again with its next heartbeat.</remarks>
public sealed class NodeSession : IDisposable
{
    /// <summary>How long before it expires a token is exchanged, so that none expires on its way.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(60);

    private readonly NodesClient _nodes;
    private readonly Api _api;
    private readonly Func<ReadOnlyMemory<byte>, string> _sign;
    private readonly SemaphoreSlim _renewing = new(1, 1);
    private TokenAnswer? _token;

    internal NodeSession(NodesClient nodes, Api api, NodeAddress node, Func<ReadOnlyMemory<byte>, string> sign)
    {
        _nodes = nodes;
        _api = api;
        _sign = sign;
        Node = node;
        Ipfs = new IpfsClient(api.Transport, TokenAsync);
    }

    /// <summary>The node.</summary>
    public NodeAddress Node { get; }

    /// <summary>Files, pinned in the node's name.</summary>
    public IpfsClient Ipfs { get; }

    /// <summary>Makes the node known, or renames it, in the name of the client's API key, which needs the scope <c>nodes:register</c>.</summary>
    public async Task<NodeView> RegisterAsync(string name, CancellationToken cancellationToken = default)
    {
        var challenge = await _nodes.ChallengeAsync(Node, cancellationToken).ConfigureAwait(false);
        var request = new RegisterNodeRequest(Node, challenge.Challenge, Sign(challenge), name);
        return await _nodes.RegisterAsync(request, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The token, for calls that are not made here, such as the tunnel's: one that is good for at least a minute where the network gives such.</summary>
    public async Task<string> TokenAsync(CancellationToken cancellationToken = default)
    {
        if (Fresh(Volatile.Read(ref _token)) is { } token)
            return token;
        await _renewing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (Fresh(_token) is { } renewed)
                return renewed;
            var challenge = await _nodes.ChallengeAsync(Node, cancellationToken).ConfigureAwait(false);
            var answer = await _nodes.TokenAsync(new TokenRequest(Node, challenge.Challenge, Sign(challenge)), cancellationToken).ConfigureAwait(false);
            Volatile.Write(ref _token, answer);
            return answer.Token;
        }
        finally
        {
            _renewing.Release();
        }
    }

    /// <summary>Waits for jobs of a market.</summary>
    /// <param name="market">The market.</param>
    /// <param name="slots">How many jobs the node runs at once.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    public Task<NodeView> JoinAsync(MarketId market, int slots = 1, CancellationToken cancellationToken = default) =>
        JoinAsync(market, slots, hardware: null, policy: null, cancellationToken);

    /// <summary>Waits for jobs of a market, and tells what the machine is and what its operator allows jobs.</summary>
    /// <param name="market">The market.</param>
    /// <param name="slots">How many jobs the node runs at once.</param>
    /// <param name="hardware">The machine; null leaves what the network knows of it.</param>
    /// <param name="policy">What its operator allows; null leaves what the network knows of it.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    public Task<NodeView> JoinAsync(MarketId market, int slots, NodeHardware? hardware, NodePolicy? policy, CancellationToken cancellationToken = default) =>
        SayAsync(
            _api.Post($"nodes/join").With(new JoinMarketRequest(market.ToString(), slots) { Hardware = hardware, Policy = policy is null ? null : JsonSerializer.SerializeToElement(policy, ProtocolJson.Default.NodePolicy) }, WireJson.Writing.JoinMarketRequest),
            WireJson.Reading.NodeView,
            cancellationToken);

    /// <summary>Takes no more jobs.</summary>
    public Task<NodeView> LeaveAsync(CancellationToken cancellationToken = default) =>
        SayAsync(_api.Post($"nodes/leave"), WireJson.Reading.NodeView, cancellationToken);

    /// <summary>Finishes what it runs and takes nothing new, until <see cref="ResumeAsync"/>.</summary>
    /// <param name="thenStop">Whether the node's process is to end once nothing runs.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    public Task<NodeView> DrainAsync(bool thenStop = false, CancellationToken cancellationToken = default) =>
        SayAsync(_api.Post($"nodes/drain").With(new DrainRequest(thenStop), WireJson.Writing.DrainRequest), WireJson.Reading.NodeView, cancellationToken);

    /// <summary>Takes jobs again.</summary>
    public Task<NodeView> ResumeAsync(CancellationToken cancellationToken = default) =>
        SayAsync(_api.Post($"nodes/resume"), WireJson.Reading.NodeView, cancellationToken);

    /// <summary>Renews the leases of all the node's runs, and hears what it shall be doing.</summary>
    public Task<HeartbeatAnswer> HeartbeatAsync(Heartbeat heartbeat, CancellationToken cancellationToken = default) =>
        SayAsync(_api.Post($"nodes/heartbeat").With(heartbeat, WireJson.Writing.Heartbeat), WireJson.Reading.HeartbeatAnswer, cancellationToken);

    /// <summary>The containers of a run are about to start.</summary>
    /// <exception cref="NosanaException"><see cref="ErrorCode.StaleEpoch"/>: the run is not the node's any more, kill its containers.</exception>
    public Task<RunStarted> StartAsync(RunAddress run, RunStart start, CancellationToken cancellationToken = default) =>
        SayAsync(_api.Post($"nodes/runs/{run}/start").With(start, WireJson.Writing.RunStart), WireJson.Reading.RunStarted, cancellationToken);

    /// <summary>The values of the secrets that a run's definition names.</summary>
    /// <exception cref="NosanaException"><see cref="ErrorCode.StaleEpoch"/>: the run is not the node's any more.</exception>
    public Task<RunSecrets> SecretsAsync(RunAddress run, int epoch, CancellationToken cancellationToken = default) =>
        SayAsync(_api.Get($"nodes/runs/{run}/secrets").With(("epoch", epoch)), WireJson.Reading.RunSecrets, cancellationToken);

    /// <summary>The containers of a run have ended and its result is pinned. Saying it again with the same epoch changes nothing.</summary>
    /// <exception cref="NosanaException"><see cref="ErrorCode.StaleEpoch"/>: the run is not the node's any more.</exception>
    public Task<RunFinished> FinishAsync(RunAddress run, RunFinish finish, CancellationToken cancellationToken = default) =>
        SayAsync(_api.Post($"nodes/runs/{run}/finish").With(finish, WireJson.Writing.RunFinish), WireJson.Reading.RunFinished, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _renewing.Dispose();

    private async Task<T> SayAsync<T>(Call call, JsonTypeInfo<T> type, CancellationToken cancellation)
        where T : class
    {
        var token = await TokenAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await _api.Transport.AnswerAsync(call with { Token = token }, type, cancellation).ConfigureAwait(false);
        }
        catch (NosanaUnauthenticatedException)
        {
            // The network forgot the token, for instance because it was started anew. A 401 has changed nothing, so once more is safe.
            Forget(token);
            token = await TokenAsync(cancellation).ConfigureAwait(false);
            return await _api.Transport.AnswerAsync(call with { Token = token }, type, cancellation).ConfigureAwait(false);
        }
    }

    private void Forget(string token)
    {
        if (Volatile.Read(ref _token) is { } known && known.Token == token)
            Interlocked.CompareExchange(ref _token, null, known);
    }

    private string? Fresh(TokenAnswer? token) =>
        token is not null && token.ExpiresAt - _api.Connection.Time.GetUtcNow() > Margin ? token.Token : null;

    private string Sign(ChallengeAnswer challenge) => _sign(Encoding.UTF8.GetBytes(challenge.Challenge));
}
