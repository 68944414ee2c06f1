using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Nosnet.Node;

/// <summary>Connects to ports of one container, at the address that it has on its job's network.</summary>
internal sealed class ContainerDialler(IContainerEngine engine, string container, TimeProvider time)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private volatile IPAddress? _address;

    /// <summary>A URL of a container. The host is a name for people: every connection is dialled here.</summary>
    public static Uri Url(string scheme, int port, string pathAndQuery) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{scheme}://container:{port}{pathAndQuery}"));

    /// <exception cref="IOException">Nobody takes the connection.</exception>
    public async ValueTask<NetworkStream> DialAsync(int port, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var address = _address ??= await FindAsync(either.Token).ConfigureAwait(false);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, port), either.Token).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            // A container that is started again may have another address.
            _address = null;
            cancellationToken.ThrowIfCancellationRequested();
            throw new IOException($"Nobody takes connections at port {port} of the container.", e);
        }
    }

    private async Task<IPAddress> FindAsync(CancellationToken cancellationToken) =>
        await engine.InspectContainerAsync(container, cancellationToken).ConfigureAwait(false) is { Address: { } address }
            ? address
            : throw new IOException("The container has no address on its network now.");
}
