using System.Net;
using System.Net.Sockets;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>The exposed ports of one running container: the way to them, and how they are. Over when it is disposed.</summary>
internal sealed class ExposedOperation : IAsyncDisposable
{
    // What the container said last may still be on its way to a slow reader.
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(30);

    private readonly ContainerDialler _dialler;
    private readonly PortWatch[] _watches;
    private readonly Action _changed;
    private readonly CancellationTokenSource _ending = new();
    private readonly CancellationTokenSource _over;
    private readonly HttpMessageInvoker _http;
    private readonly Task _watching;
    private readonly EndpointStatus _unseen;
    private volatile bool _isOver;

    /// <param name="engine">The container engine.</param>
    /// <param name="container">The container.</param>
    /// <param name="index">The operation's place in the definition.</param>
    /// <param name="ports">The ports.</param>
    /// <param name="isAgain">Whether the operation had ended before, so that what was last seen of it holds no more.</param>
    /// <param name="changed">Called when there is something new to say.</param>
    /// <param name="time">The clock.</param>
    public ExposedOperation(
        IContainerEngine engine, string container, int index, IReadOnlyList<ExposedPort> ports, bool isAgain, Action changed, TimeProvider time)
    {
        _unseen = isAgain ? EndpointStatus.Offline : EndpointStatus.Unknown;
        _over = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _dialler = new ContainerDialler(engine, container, time);
        // One for each container: what was open to it is closed with it, and is never used for another that has got its address.
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            ConnectCallback = async (context, token) => await _dialler.DialAsync(context.DnsEndPoint.Port, token).ConfigureAwait(false),
            ActivityHeadersPropagator = null,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = false,
        });
        Index = index;
        _changed = changed;
        var probe = new HealthProbe(_dialler, _http, time);
        _watches = [.. ports.Select(port => new PortWatch(port.Port, port.HealthChecks, probe.PassesAsync, changed, time))];
        Started = Task.WhenAll(_watches.Select(watch => watch.Started));
        _watching = Task.WhenAll(_watches.Select(watch => watch.RunAsync(_ending.Token)));
    }

    /// <summary>The operation's place in the definition.</summary>
    public int Index { get; }

    /// <summary>Ends what is still open to the container some time after its end, should its own end not have closed it.</summary>
    public CancellationToken Over => _over.Token;

    /// <summary>Completes when all of its ports have started.</summary>
    public Task Started { get; }

    /// <summary>What there is to say of its ports.</summary>
    public IEnumerable<ServiceReport> Reports =>
        _watches.Select(watch => new ServiceReport(Index, watch.Port, _isOver ? EndpointStatus.Offline : Seen(watch.Status)));

    /// <summary>Whether requests may go to this port.</summary>
    public bool Serves(int port) => !_isOver && _watches.Any(watch => watch.Port == port);

    /// <summary>Connects to one of its ports; null where nobody takes the connection.</summary>
    public async ValueTask<NetworkStream?> TryDialAsync(int port, CancellationToken cancellationToken)
    {
        try
        {
            return await _dialler.DialAsync(port, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or EngineException)
        {
            return null;
        }
    }

    private EndpointStatus Seen(EndpointStatus status) => status == EndpointStatus.Unknown ? _unseen : status;

    public async ValueTask DisposeAsync()
    {
        _isOver = true;
        await _ending.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _http.Dispose();
        _ending.Dispose();
        _over.CancelAfter(LastWords);
        _changed();
    }
}
