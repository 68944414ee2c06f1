using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;

namespace Nosnet.Perf;

/// <summary>
/// A node's end of its tunnel, of which ten thousand fit into a process: it speaks as much of HTTP/2 as a server that is told of runs has to,
/// and answers every request with "done".
/// </summary>
internal sealed class LoadTunnel(Stream stream, Action<ReadOnlyMemory<byte>> told) : IDisposable
{
    private const int HeadLength = 9;
    private const int Preface = 24;
    private const byte EndStream = 1;
    private const byte EndHeaders = 4;
    private const byte Ack = 1;

    // What a server may send before it is told that more is welcome.
    private const int Window = 65_535;

    private readonly MemoryStream _answers = new();
    private readonly MemoryStream _body = new();
    private byte[] _buffer = new byte[1024];
    private int _length;

    /// <summary>Dials as a node, and serves until the connection ends.</summary>
    /// <param name="node">Whose tunnel it is.</param>
    /// <param name="told">Takes the body of every request that has one.</param>
    /// <param name="opened">Completes once the server has greeted the node.</param>
    public static async Task ServeAsync(LoadNode node, Action<ReadOnlyMemory<byte>> told, TaskCompletionSource opened)
    {
        using var caller = await Caller.DialAsync(node.Server);
        var request = $"GET /api/nodes/tunnel HTTP/1.1\r\nHost: {node.Server.Authority}\r\nAuthorization: Bearer {node.Token}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + $"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {Convert.ToBase64String(RandomNumberGenerator.GetBytes(16))}\r\n\r\n";
        await using var connection = await caller.UpgradeAsync(Encoding.ASCII.GetBytes(request));
        using var socket = WebSocket.CreateFromStream(connection, new WebSocketCreationOptions { KeepAliveInterval = Timeout.InfiniteTimeSpan });
        await using var stream = WebSocketStream.Create(socket, WebSocketMessageType.Binary);
        using var tunnel = new LoadTunnel(stream, told);
        await tunnel.ServeAsync(opened);
    }

    public void Dispose()
    {
        _answers.Dispose();
        _body.Dispose();
    }

    private async Task ServeAsync(TaskCompletionSource opened)
    {
        Answer(type: 4, flags: 0, stream: 0, []);
        await FlushAsync();
        await FillAsync(Preface);
        Take(Preface);
        while (await FillAsync(HeadLength))
        {
            var length = _buffer[0] << 16 | _buffer[1] << 8 | _buffer[2];
            await FillAsync(HeadLength + length);
            Take(_buffer[3], _buffer[4], BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(5)), _buffer.AsSpan(HeadLength, length));
            if (_buffer[3] == 1)
                opened.TrySetResult();
            Take(HeadLength + length);
            // What has come already is answered with it.
            if (_length == 0)
                await FlushAsync();
        }
    }

    private void Take(byte type, byte flags, int id, ReadOnlySpan<byte> payload)
    {
        switch (type)
        {
            case 0:
                _body.Write(payload);
                if ((flags & EndStream) == 0)
                    break;
                told(_body.GetBuffer().AsMemory(0, (int)_body.Length));
                Span<byte> more = stackalloc byte[4];
                BinaryPrimitives.WriteInt32BigEndian(more, Math.Min((int)_body.Length, Window));
                Answer(type: 8, flags: 0, stream: 0, more);
                _body.SetLength(0);
                Done(id);
                break;
            case 1 when (flags & EndStream) != 0:
                Done(id);
                break;
            case 4 when (flags & Ack) == 0:
                Answer(type, Ack, stream: 0, []);
                break;
            case 6 when (flags & Ack) == 0:
                Answer(type, Ack, stream: 0, payload);
                break;
        }
    }

    /// <summary>204, which HPACK's table has (RFC 7541, appendix A).</summary>
    private void Done(int id) => Answer(type: 1, EndStream | EndHeaders, id, [0x89]);

    private void Answer(byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        Span<byte> head = stackalloc byte[HeadLength];
        (head[0], head[1], head[2], head[3], head[4]) = ((byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, type, flags);
        BinaryPrimitives.WriteInt32BigEndian(head[5..], stream);
        _answers.Write(head);
        _answers.Write(payload);
    }

    private async Task FlushAsync()
    {
        if (_answers.Length == 0)
            return;
        await stream.WriteAsync(_answers.GetBuffer().AsMemory(0, (int)_answers.Length));
        _answers.SetLength(0);
    }

    private async ValueTask<bool> FillAsync(int length)
    {
        if (length > _buffer.Length)
            Array.Resize(ref _buffer, 2 * length);
        while (_length < length)
        {
            if (await stream.ReadAsync(_buffer.AsMemory(_length)) is not (> 0 and var read))
                return false;
            _length += read;
        }

        return true;
    }

    private void Take(int length)
    {
        _buffer.AsSpan(length, _length - length).CopyTo(_buffer);
        _length -= length;
    }
}
