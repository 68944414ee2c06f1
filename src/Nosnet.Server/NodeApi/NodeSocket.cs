using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Nosnet.Server;

/// <summary>One WebSocket of the official node's kind: a first message that asks, then messages with a path and data.</summary>
internal sealed class NodeSocket(WebSocket socket) : IDisposable
{
    public const WebSocketCloseStatus Unauthorized = (WebSocketCloseStatus)3000;
    public const WebSocketCloseStatus InvalidPath = (WebSocketCloseStatus)3003;

    private const int MostAsked = 64 * 1024;

    // Of what a close says, in bytes: the protocol's own limit.
    private const int LongestReason = 123;

    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>The first message; null where it is none that can be read.</summary>
    public async Task<JsonObject?> AskedAsync(CancellationToken cancellation)
    {
        var buffer = new byte[MostAsked];
        var length = 0;
        while (true)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(length), cancellation);
            length += read.Count;
            if (read.MessageType is WebSocketMessageType.Close || (!read.EndOfMessage && length == MostAsked))
                return null;
            if (read.EndOfMessage)
                break;
        }

        try
        {
            return JsonNode.Parse(buffer.AsSpan(0, length)) as JsonObject;
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }

    /// <summary>Reads over what else is sent, until the other end closes or is gone.</summary>
    public async Task UntilClosedAsync(CancellationToken cancellation)
    {
        var buffer = new byte[1024];
        try
        {
            while ((await socket.ReceiveAsync(buffer.AsMemory(), cancellation)).MessageType is not WebSocketMessageType.Close)
            {
                // Nothing more is expected.
            }
        }
        catch (Exception failure) when (failure is WebSocketException or OperationCanceledException)
        {
            // Gone is as good as closed.
        }
    }

    /// <summary>Sends data as the official node does: JSON as a text in JSON.</summary>
    public async Task SendAsync(string path, JsonObject data, CancellationToken cancellation)
    {
        var message = new JsonObject { ["path"] = path, ["data"] = data.ToJsonString() };
        await _turn.WaitAsync(cancellation);
        try
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(message.ToJsonString()).AsMemory(), WebSocketMessageType.Text, endOfMessage: true, cancellation);
        }
        finally
        {
            _turn.Release();
        }
    }

    public async Task CloseAsync(WebSocketCloseStatus status, string reason, CancellationToken cancellation)
    {
        while (Encoding.UTF8.GetByteCount(reason) > LongestReason)
            reason = reason[..^1];
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await socket.CloseOutputAsync(status, reason, cancellation);
        }
        catch (Exception failure) when (failure is WebSocketException or OperationCanceledException)
        {
            // The other end is gone.
        }
    }

    public void Dispose() => _turn.Dispose();
}
