using System.Net;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>The exposed ports of one running container: the way to them, and how they are. Over when it is disposed.</summary>
internal sealed class ExposedOperation : IAsyncDisposable
{
    private readonly PortWatch[] _watches;
    private readonly Action _changed;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _watching;
    private volatile bool _isOver;

    public ExposedOperation(IContainerEngine engine, string container, int index, IReadOnlyList<ExposedPort> ports, Action changed, TimeProvider time)
    {
        var dialler = new ContainerDialler(engine, container, time);
        // One for each container: what was open to it is closed with it, and is never used for another that has got its address.
        Http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            ConnectCallback = (context, token) => dialler.DialAsync(context.DnsEndPoint.Port, token),
            ActivityHeadersPropagator = null,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = false,
        });
        Index = index;
        _changed = changed;
        var probe = new HealthProbe(dialler, Http, time);
        _watches = [.. ports.Select(port => new PortWatch(port.Port, port.HealthChecks, probe.PassesAsync, changed, time))];
        Started = Task.WhenAll(_watches.Select(watch => watch.Started));
        _watching = Task.WhenAll(_watches.Select(watch => watch.RunAsync(_ending.Token)));
    }

    /// <summary>The operation's place in the definition.</summary>
    public int Index { get; }

    /// <summary>Sends requests to the container.</summary>
    public HttpMessageInvoker Http { get; }

    /// <summary>Completes when all of its ports have started.</summary>
    public Task Started { get; }

    /// <summary>What there is to say of its ports.</summary>
    public IEnumerable<ServiceReport> Reports =>
        _watches.Select(watch => new ServiceReport(Index, watch.Port, _isOver ? EndpointStatus.Offline : watch.Status));

    /// <summary>Whether requests may go to this port.</summary>
    public bool Serves(int port) => !_isOver && _watches.Any(watch => watch.Port == port);

    public async ValueTask DisposeAsync()
    {
        _isOver = true;
        await _ending.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Http.Dispose();
        _ending.Dispose();
        _changed();
    }
}
