using System.Net;
using System.Text;

namespace Nosnet.Server;

/// <summary>
/// HTTP/1.1 with the containers of one node. Each connection is a stream of the node's tunnel that the node joins to the container's port, so
/// a request is read and written here and nowhere else, and connections are kept for the requests that follow.
/// </summary>
/// <param name="open">Opens a stream to a container's port, which a request names with <see cref="NodeInvoker.Service"/>.</param>
internal sealed class ServiceConnections(Func<string, CancellationToken, Task<Stream>> open) : IDisposable
{
    /// <summary>
    /// Less than any server in a container waits, of which the hastiest give two seconds: whoever closes first is the one that sends nothing
    /// more, and a request that cannot be repeated must not meet a connection that is being closed.
    /// </summary>
    private static readonly TimeSpan KeepTime = TimeSpan.FromSeconds(1);

    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        ConnectCallback = async (context, cancellation) =>
            context.InitialRequestMessage.Options.TryGetValue(NodeInvoker.Service, out var service)
                ? await ConnectAsync(open, service, cancellation)
                : throw new InvalidOperationException("The request does not say which service it is for."),
        PooledConnectionIdleTimeout = KeepTime,
        // As Kestrel has read them, which refuses what is no UTF-8.
        RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
        // What is said of traces is between whoever asks and the service.
        ActivityHeadersPropagator = null,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        UseProxy = false,
    });

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation) => _http.SendAsync(request, cancellation);

    /// <summary>Takes no more requests; those under way come to their end.</summary>
    public void Dispose() => _http.Dispose();

    private static async Task<Stream> ConnectAsync(Func<string, CancellationToken, Task<Stream>> open, string service, CancellationToken cancellation)
    {
        try
        {
            return new ServiceStream(await open(service, cancellation));
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException and not ServiceFaultException and not TunnelSpentException)
        {
            throw new ServiceFaultException(ServiceFault.NotReached, failure);
        }
    }

    /// <summary>Sends what is written at once, as a socket does and HTTP/2 does not, and tells its own failures from those of what comes through it.</summary>
    private sealed class ServiceStream(Stream inner) : AsyncStream(inner)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                return await Inner.ReadAsync(buffer, cancellationToken);
            }
            catch (Exception failure) when (failure is IOException or HttpRequestException)
            {
                throw ServiceFaults.OfStream(failure);
            }
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                await Inner.WriteAsync(buffer, cancellationToken);
                await Inner.FlushAsync(cancellationToken);
            }
            catch (Exception failure) when (failure is IOException or HttpRequestException)
            {
                throw ServiceFaults.OfStream(failure);
            }
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                Inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
