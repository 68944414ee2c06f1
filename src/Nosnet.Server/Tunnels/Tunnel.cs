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
    }

    public NodeAddress Node { get; }
    public required long NodeKey { get; init; }

    /// <summary>Completes when the connection is over.</summary>
    public Task Closed => _stream.Closed;

    /// <summary>Whether it takes no new requests: the node is going away and has said so, or has gone.</summary>
    public bool IsSpent { get; private set; }

    /// <summary>What of which run was delivered through it, so that each is told once. Used by one delivery at a time.</summary>
    public Dictionary<RunAddress, DeliveredRun> Delivered { get; } = [];

    /// <exception cref="TunnelSpentException">The tunnel takes nothing new; of this request nothing was sent.</exception>
    /// <exception cref="HttpRequestException">The tunnel broke.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        request.Version = HttpVersion.Version20;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        try
        {
            return await _http.SendAsync(request, cancellation);
        }
        catch (HttpRequestException failure) when (failure.InnerException is TunnelSpentException spent)
        {
            throw spent;
        }
        catch (ObjectDisposedException)
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

    public void Dispose()
    {
        IsSpent = true;
        _http.Dispose();
        _stream.Dispose();
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
