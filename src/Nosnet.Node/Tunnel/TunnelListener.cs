using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Nosnet.Node;

/// <summary>Makes Kestrel listen at a <see cref="TunnelEndPoint"/>; it leaves every other end point to the sockets.</summary>
internal sealed class TunnelTransport(Func<CancellationToken, Task<string>> token, TimeProvider time, ILogger<TunnelListener> logger)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    public bool CanBind(EndPoint endpoint) => endpoint is TunnelEndPoint;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IConnectionListener>(new TunnelListener((TunnelEndPoint)endpoint, token, time, logger));
}

/// <summary>"Accepts" by dialling: one connection at a time, a new one as soon as the last is over.</summary>
internal sealed partial class TunnelListener(TunnelEndPoint endPoint, Func<CancellationToken, Task<string>> token, TimeProvider time, ILogger<TunnelListener> logger)
    : IConnectionListener
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan DialTimeout = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _unbound = new();
    private TunnelConnection? _current;

    public EndPoint EndPoint => endPoint;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _unbound.Token);
        try
        {
            // Kestrel asks for the next connection at once, but there is only ever one tunnel.
            if (_current is not null)
                await _current.Closed.WaitAsync(either.Token);
            return _current = await DialUntilConnectedAsync(either.Token);
        }
        catch (OperationCanceledException) when (_unbound.IsCancellationRequested)
        {
            return null;
        }
    }

    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default) => await _unbound.CancelAsync();

    public ValueTask DisposeAsync()
    {
        _unbound.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<TunnelConnection> DialUntilConnectedAsync(CancellationToken cancellation)
    {
        var pause = FirstPause;
        while (true)
        {
            try
            {
                var connection = await DialAsync(cancellation);
                LogOpened(endPoint.Server);
                return connection;
            }
            catch (Exception failure) when (!cancellation.IsCancellationRequested)
            {
                // Whatever keeps the node from its server, it goes on trying: there is nobody here to give up to.
                LogDialFailed(endPoint.Server, failure.Message, pause.TotalSeconds);
            }

            await Task.Delay(pause, time, cancellation);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task<TunnelConnection> DialAsync(CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(DialTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.SetRequestHeader("Authorization", $"Bearer {await token(either.Token)}");
            // The HTTP/2 connection inside has pings of its own.
            socket.Options.KeepAliveInterval = TimeSpan.Zero;
            await socket.ConnectAsync(endPoint.Server, either.Token);
            return new TunnelConnection(socket, time);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    [LoggerMessage(1, LogLevel.Information, "The tunnel to {Server} is open.")]
    private partial void LogOpened(Uri server);

    [LoggerMessage(2, LogLevel.Warning, "The tunnel to {Server} cannot be opened: {Reason} Trying again in {Seconds} s.")]
    private partial void LogDialFailed(Uri server, string reason, double seconds);
}
