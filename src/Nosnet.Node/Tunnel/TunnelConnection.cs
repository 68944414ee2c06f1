using System.IO.Pipelines;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Connections;

namespace Nosnet.Node;

/// <summary>One dialled WebSocket as Kestrel takes it: a connection that somebody made to this machine.</summary>
internal sealed class TunnelConnection : DefaultConnectionContext, IAsyncDisposable
{
    // With 4 KiB, the default, the tunnel carries half as much.
    private const int BufferSize = 64 * 1024;
    private const int MostUnsent = 2 * BufferSize;
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(5);

    private readonly WebSocket _socket;
    private readonly Stream _stream;
    private readonly TimeProvider _time;
    private readonly Task _sending;
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _closing = new();

    public TunnelConnection(WebSocket socket, TimeProvider time)
        : base(Guid.NewGuid().ToString("N"))
    {
        _socket = socket;
        _time = time;
        _stream = new TunnelStream(WebSocketStream.Create(socket, WebSocketMessageType.Binary, ownsWebSocket: true), socket.Abort);
        var output = new Pipe(new PipeOptions(minimumSegmentSize: BufferSize, pauseWriterThreshold: MostUnsent, resumeWriterThreshold: MostUnsent / 2, useSynchronizationContext: false));
        Transport = new Duplex(
            PipeReader.Create(_stream, new StreamPipeReaderOptions(bufferSize: BufferSize, minimumReadSize: BufferSize / 4, leaveOpen: true)), output.Writer);
        _sending = SendAsync(output.Reader);
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
        // What was written last says why the connection ends. A server that takes nothing any more keeps no node from dialling again.
        await Transport.Output.CompleteAsync();
        await _sending.WaitAsync(LastWords, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _socket.Abort();
        await _sending;
        await _stream.DisposeAsync();
        await _closing.CancelAsync();
        _closing.Dispose();
        _closed.TrySetResult();
        await base.DisposeAsync();
    }

    /// <summary>
    /// Kestrel flushes each answer by itself. What several of them wrote while one was being sent goes out as one message, which saves
    /// both ends most of what a small answer costs.
    /// </summary>
    private async Task SendAsync(PipeReader output)
    {
        while (true)
        {
            var read = await output.ReadAsync();
            foreach (var piece in read.Buffer)
                await _stream.WriteAsync(piece);
            output.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                break;
        }
        await output.CompleteAsync();
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
