using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Nosnet.Client.Tests;

/// <summary>Accepts connections, says to each what it is given to say, and resets it.</summary>
internal sealed class ResettingListener : IDisposable
{
    public const string Nothing = "nothing";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly string _says;
    private readonly CancellationTokenSource _over = new();

    /// <param name="says">What it says once it was asked something; <see cref="Nothing"/>: it does not wait to be asked.</param>
    public ResettingListener(string says)
    {
        _says = says;
        _listener.Start();
        _ = AcceptAsync();
    }

    public Uri Url => new($"http://{_listener.LocalEndpoint}");

    public void Dispose()
    {
        _over.Cancel();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            using var socket = await _listener.AcceptSocketAsync(_over.Token);
            if (_says != Nothing)
            {
                await socket.ReceiveAsync(new byte[16 * 1024], _over.Token);
                await socket.SendAsync(Encoding.ASCII.GetBytes(_says), _over.Token);
            }

            // Closed without lingering, it ends with a reset.
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
    }
}
