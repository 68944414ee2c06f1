using System.Net;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>One connection that a node dialled and on which the server is the client.</summary>
internal sealed class Tunnel : IDisposable
{
    private static readonly TimeSpan PingDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan TearDown = TimeSpan.FromSeconds(1);

    private readonly TunnelStream _stream;
    private readonly HttpMessageInvoker _http;
    private readonly ServiceConnections _services;
    private int _isHandedOut;

    public Tunnel(NodeAddress node, Stream stream)
    {
        Node = node;
        _stream = new TunnelStream(stream);
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            ConnectCallback = (_, _) => HandOut(),
            EnableMultipleHttp2Connections = false,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
            KeepAlivePingDelay = PingDelay,
            KeepAlivePingTimeout = PingTimeout,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.Always,
            // What is said of traces is between whoever asks and the service.
            ActivityHeadersPropagator = null,
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
        });
        _services = new ServiceConnections(OpenAsync);
    }

    public NodeAddress Node { get; }
    public required long NodeKey { get; init; }

    /// <summary>Completes when the connection is over.</summary>
    public Task Closed => _stream.Closed;

    /// <summary>Whether it takes no new requests: the node is going away and has said so, or has gone.</summary>
    public bool IsSpent { get; private set; }

    /// <summary>What of which run was delivered through it, so that each is told once. Used by one delivery at a time.</summary>
    public Dictionary<RunAddress, DeliveredRun> Delivered { get; } = [];

    /// <summary>Sends a request to the node, or to the service of it that the request names.</summary>
    /// <exception cref="TunnelSpentException">The tunnel takes nothing new; of this request nothing was sent.</exception>
    /// <exception cref="HttpRequestException">The tunnel broke, or the service did.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        try
        {
            if (request.Options.TryGetValue(NodeInvoker.Service, out _))
                return await _services.SendAsync(request, cancellation);
            request.Version = HttpVersion.Version20;
            request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
            return await _http.SendAsync(request, cancellation);
        }
        catch (HttpRequestException failure) when (failure.InnerException is TunnelSpentException spent)
        {
            throw spent;
        }
        catch (ObjectDisposedException) when (IsSpent)
        {
            throw new TunnelSpentException();
        }
    }

    /// <summary>Whether the tunnel itself has failed, and not the one request. Requests hear of it a moment before the connection is let go.</summary>
    public async Task<bool> IsOverAsync(TimeProvider time, CancellationToken cancellation)
    {
        await Closed.WaitAsync(TearDown, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        IsSpent |= Closed.IsCompleted;
        return IsSpent;
    }

    /// <summary>Gives it nothing new: the node has said that it goes away. What is under way comes to its end.</summary>
    public void Retire()
    {
        IsSpent = true;
        _services.Dispose();
    }

    public void Dispose()
    {
        Retire();
        _http.Dispose();
        _stream.Dispose();
    }

    private async Task<Stream> OpenAsync(string service, CancellationToken cancellation)
    {
        using var connect = new HttpRequestMessage(HttpMethod.Connect, NodeInvoker.Prefix);
        connect.Headers.Protocol = ServiceTarget.Protocol;
        connect.Headers.TryAddWithoutValidation(ServiceTarget.Header, service);
        var answer = await SendAsync(connect, cancellation);
        // The stream is the connection's own and outlives the message.
        if (answer.IsSuccessStatusCode)
            return await answer.Content.ReadAsStreamAsync(cancellation);
        using (answer)
        {
            var hasEnded = answer.Headers.TryGetValues(ServiceTarget.RefusedHeader, out var why) && why.First() == ServiceTarget.Ended;
            throw new ServiceFaultException(hasEnded ? ServiceFault.Ended : ServiceFault.Silent);
        }
    }

    /// <summary>A second request for a connection means that the first takes no new streams any more.</summary>
    private ValueTask<Stream> HandOut()
    {
        if (Interlocked.Exchange(ref _isHandedOut, 1) == 0)
            return ValueTask.FromResult<Stream>(_stream);
        IsSpent = true;
        throw new TunnelSpentException();
    }
}

/// <summary>What a node was told of a run and what can change while it runs.</summary>
internal readonly record struct DeliveredRun(long TimeoutSeconds, bool StopRequested);

/// <summary>A tunnel that takes no new requests.</summary>
internal sealed class TunnelSpentException() : IOException("The node's tunnel takes no new requests.");
