using System.IO.Pipelines;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Connections;

namespace Nosnet.Node;

/// <summary>One dialled WebSocket as Kestrel takes it: a connection that somebody made to this machine.</summary>
internal sealed class TunnelConnection : DefaultConnectionContext, IAsyncDisposable
{
    // With 4 KiB, the default, the tunnel carries half as much.
    private const int BufferSize = 64 * 1024;

    private readonly WebSocket _socket;
    private readonly Stream _stream;
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _closing = new();

    public TunnelConnection(WebSocket socket)
        : base(Guid.NewGuid().ToString("N"))
    {
        _socket = socket;
        _stream = new TunnelStream(WebSocketStream.Create(socket, WebSocketMessageType.Binary, ownsWebSocket: true), socket.Abort);
        Transport = new Duplex(
            PipeReader.Create(_stream, new StreamPipeReaderOptions(bufferSize: BufferSize, minimumReadSize: BufferSize / 4, leaveOpen: true)),
            PipeWriter.Create(_stream, new StreamPipeWriterOptions(minimumBufferSize: BufferSize, leaveOpen: true)));
        ConnectionClosed = _closing.Token;
    }

    /// <summary>Completes when the connection is over.</summary>
    public Task Closed => _closed.Task;

    public override void Abort(ConnectionAbortedException abortReason)
    {
        _socket.Abort();
        _closing.Cancel();
    }

    public override async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await _stream.DisposeAsync();
        await _closing.CancelAsync();
        _closing.Dispose();
        _closed.TrySetResult();
        await base.DisposeAsync();
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
