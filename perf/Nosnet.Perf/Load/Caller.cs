using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Nosnet.Perf;

/// <summary>
/// One HTTP/1.1 connection that asks one thing after the other, for loads that have to read what they are answered. It costs the machine a
/// small part of what HttpClient does.
/// </summary>
internal sealed class Caller : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private byte[] _buffer = new byte[4096];
    private int _length;

    public static async Task<Caller> DialAsync(Uri server)
    {
        var caller = new Caller();
        await caller._socket.ConnectAsync(server.Host, server.Port);
        return caller;
    }

    /// <summary>The bytes of a request, for those that are made many times.</summary>
    public static byte[] Request(string method, Uri server, string path, string? token, string? body = null, string? idempotencyKey = null)
    {
        var text = new StringBuilder($"{method} {path} HTTP/1.1\r\nHost: {server.Authority}\r\n");
        if (token is not null)
            text.Append(CultureInfo.InvariantCulture, $"Authorization: Bearer {token}\r\n");
        if (idempotencyKey is not null)
            text.Append(CultureInfo.InvariantCulture, $"Idempotency-Key: {idempotencyKey}\r\n");
        if (body is not null)
            text.Append(CultureInfo.InvariantCulture, $"Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n");
        return Encoding.UTF8.GetBytes(text.Append("\r\n").Append(body).ToString());
    }

    /// <summary>Asks, and gives the body of the answer, which holds until the next is asked.</summary>
    /// <exception cref="InvalidOperationException">It was answered with anything but success.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> AskAsync(ReadOnlyMemory<byte> request)
    {
        await SendAsync(request);
        _length = 0;
        int head;
        while ((head = _buffer.AsSpan(0, _length).IndexOf("\r\n\r\n"u8)) < 0)
            await ReceiveAsync();
        var body = head + 4;
        if (LengthIn(_buffer.AsSpan(0, head)) is { } length)
        {
            while (_length < body + length)
                await ReceiveAsync();
            return Checked(_buffer.AsMemory(body, length));
        }

        while (!IsWhole(_buffer.AsSpan(body, _length - body)))
            await ReceiveAsync();
        return Checked(_buffer.AsMemory(body, JoinChunks(_buffer.AsSpan(body, _length - body))));
    }

    /// <summary>Asks for another protocol on this connection, which is the caller's from then on.</summary>
    public async Task<Stream> UpgradeAsync(ReadOnlyMemory<byte> request)
    {
        await SendAsync(request);
        _length = 0;
        // Byte by byte: what follows the head is not HTTP any more, and belongs to whoever reads the stream.
        while (!_buffer.AsSpan(0, _length).EndsWith("\r\n\r\n"u8))
            _length += await _socket.ReceiveAsync(_buffer.AsMemory(_length, 1)) is > 0 and var read ? read : throw Closed();
        if (!_buffer.AsSpan().StartsWith("HTTP/1.1 101"u8))
            throw Refused();
        return new NetworkStream(_socket, ownsSocket: true);
    }

    /// <summary>The first string in JSON that has a name; null where there is none.</summary>
    public static string? Text(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        while (json.IndexOf(name) is >= 0 and var at)
        {
            json = json[(at + name.Length)..];
            if (json.StartsWith("\":\""u8))
                return Encoding.UTF8.GetString(json[3..(3 + json[3..].IndexOf((byte)'"'))]);
        }

        return null;
    }

    /// <summary>The run that a node is told of, and its epoch; null where there is none.</summary>
    public static (string Run, int Epoch)? Run(ReadOnlySpan<byte> json)
    {
        if (Text(json, "run"u8) is not { } run)
            return null;
        var digits = json[(json.IndexOf("\"epoch\":"u8) + "\"epoch\":"u8.Length)..];
        return (run, int.Parse(digits[..digits.IndexOfAny(",}"u8)], CultureInfo.InvariantCulture));
    }

    public void Dispose() => _socket.Dispose();

    private async ValueTask SendAsync(ReadOnlyMemory<byte> request)
    {
        while (request.Length > 0)
            request = request[await _socket.SendAsync(request)..];
    }

    private async ValueTask ReceiveAsync()
    {
        if (_length == _buffer.Length)
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        _length += await _socket.ReceiveAsync(_buffer.AsMemory(_length)) is > 0 and var read ? read : throw Closed();
    }

    private ReadOnlyMemory<byte> Checked(ReadOnlyMemory<byte> body) => _buffer.AsSpan().StartsWith("HTTP/1.1 2"u8) ? body : throw Refused();

    private InvalidOperationException Refused() => new($"A request was refused: {Encoding.UTF8.GetString(_buffer.AsSpan(0, _length))}");

    private static IOException Closed() => new("The server closed the connection.");

    private static int? LengthIn(ReadOnlySpan<byte> head)
    {
        var at = head.IndexOf("\r\nContent-Length: "u8);
        if (at < 0)
            return head.IndexOf("\r\nTransfer-Encoding: chunked"u8) < 0 ? 0 : null;
        var digits = head[(at + "\r\nContent-Length: "u8.Length)..];
        return digits.IndexOf("\r\n"u8) is >= 0 and var end ? int.Parse(digits[..end], CultureInfo.InvariantCulture) : int.Parse(digits, CultureInfo.InvariantCulture);
    }

    private static bool IsWhole(ReadOnlySpan<byte> chunks) => chunks.EndsWith("\r\n0\r\n\r\n"u8) || chunks.SequenceEqual("0\r\n\r\n"u8);

    /// <summary>Moves what the chunks hold together, and gives its length.</summary>
    private static int JoinChunks(Span<byte> chunks)
    {
        var (from, to) = (0, 0);
        while (true)
        {
            var digits = chunks[from..].IndexOf("\r\n"u8);
            var length = int.Parse(chunks.Slice(from, digits), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (length == 0)
                return to;
            chunks.Slice(from + digits + 2, length).CopyTo(chunks[to..]);
            from += digits + 2 + length + 2;
            to += length;
        }
    }
}
