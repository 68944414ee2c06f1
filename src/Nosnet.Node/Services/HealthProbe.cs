using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>Makes health checks at a container. Each has five seconds: one that hangs has failed.</summary>
internal sealed class HealthProbe(ContainerDialler dialler, HttpMessageInvoker http, TimeProvider time)
{
    private const int MostResponse = 64 * 1024;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    public async Task<bool> PassesAsync(int port, ValueList<HealthCheck> checks, CancellationToken cancellationToken)
    {
        if (checks.Count == 0)
            return await TryAsync(token => ConnectAsync(port, token), cancellationToken).ConfigureAwait(false);
        foreach (var check in checks)
        {
            if (!await TryAsync(token => PassesAsync(port, check, token), cancellationToken).ConfigureAwait(false))
                return false;
        }
        return true;
    }

    private async Task<bool> TryAsync(Func<CancellationToken, Task<bool>> check, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await check(either.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && IsFailure(e))
        {
            // Refused, broken off, no HTTP, or too slow: all of these say that the service is not up.
            return false;
        }
    }

    private static bool IsFailure(Exception e) => e is HttpRequestException or WebSocketException or IOException or SocketException
        or EngineException or FormatException or OperationCanceledException or InvalidOperationException or ObjectDisposedException;

    private Task<bool> PassesAsync(int port, HealthCheck check, CancellationToken cancellationToken) => check switch
    {
        HttpCheck request => RequestAsync(port, request, cancellationToken),
        WebSocketCheck socket => ListenAsync(port, socket, cancellationToken),
        _ => throw new NotSupportedException($"There is no way to make the check {check.GetType()}."),
    };

    private async Task<bool> ConnectAsync(int port, CancellationToken cancellationToken)
    {
        await (await dialler.DialAsync(port, cancellationToken).ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        return true;
    }

    private async Task<bool> RequestAsync(int port, HttpCheck check, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(Method(check.Method), ContainerDialler.Url("http", port, check.Path)) { Version = HttpVersion.Version11 };
        if (check.Body is { } body && check.Method is HttpCheckMethod.Post or HttpCheckMethod.Put)
            request.Content = Content(body.Value);
        foreach (var (name, value) in check.Headers)
        {
            if (request.Headers.TryAddWithoutValidation(name, value))
                continue;
            request.Content?.Headers.Remove(name);
            request.Content?.Headers.TryAddWithoutValidation(name, value);
        }
        using var response = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        return (int)response.StatusCode == check.ExpectedStatus;
    }

    private async Task<bool> ListenAsync(int port, WebSocketCheck check, CancellationToken cancellationToken)
    {
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(ContainerDialler.Url("ws", port, "/"), http, cancellationToken).ConfigureAwait(false);
        var heard = new StringBuilder();
        var buffer = new byte[4096];
        var decoder = Encoding.UTF8.GetDecoder();
        var text = new char[buffer.Length + 1];
        while (heard.Length < MostResponse)
        {
            if (heard.ToString().Contains(check.ExpectedResponse, StringComparison.Ordinal))
                return true;
            var received = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken).ConfigureAwait(false);
            if (received.MessageType is WebSocketMessageType.Close)
                return false;
            heard.Append(text, 0, decoder.GetChars(buffer.AsSpan(0, received.Count), text, flush: false));
        }
        return heard.ToString().Contains(check.ExpectedResponse, StringComparison.Ordinal);
    }

    private static HttpMethod Method(HttpCheckMethod method) => method switch
    {
        HttpCheckMethod.Post => HttpMethod.Post,
        HttpCheckMethod.Put => HttpMethod.Put,
        HttpCheckMethod.Delete => HttpMethod.Delete,
        _ => HttpMethod.Get,
    };

    /// <summary>A text goes as it is; anything else as JSON.</summary>
    private static StringContent Content(JsonElement body) => body.ValueKind is JsonValueKind.String
        ? new StringContent(body.GetString()!)
        : new StringContent(body.GetRawText(), Encoding.UTF8, "application/json");
}
