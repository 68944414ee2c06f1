using System.Net.Sockets;
using System.Text.Json;

namespace Nosnet.Node;

/// <summary>The answers of an engine that are streams of bytes rather than documents, and that of its greeting.</summary>
/// <remarks>Over a client of its own: Docker.DotNet would ask for the container's whole description before each of them.</remarks>
internal sealed class EngineStreams : IDisposable
{
    private const int MaxErrorBytes = 64 * 1024;

    private readonly HttpClient _http;

    public EngineStreams(EngineEndpoint endpoint)
    {
        var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        if (endpoint.SocketPath is { } path)
        {
            handler.ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken).ConfigureAwait(false);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            };
        }
        _http = new HttpClient(handler)
        {
            BaseAddress = new Uri(endpoint.SocketPath is null ? $"http://{endpoint.Uri.Authority}/" : "http://localhost/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public Task<ContainerOutput> AttachAsync(string container, CancellationToken cancellationToken) =>
        OpenAsync(HttpMethod.Post, $"containers/{container}/attach?stream=1&stdout=1&stderr=1", isLog: false, cancellationToken);

    public Task<ContainerOutput> ReadLogAsync(string container, bool follow, CancellationToken cancellationToken) =>
        OpenAsync(
            HttpMethod.Get,
            $"containers/{container}/logs?stdout=1&stderr=1&timestamps=1{(follow ? "&follow=1" : "")}",
            isLog: true,
            cancellationToken);

    /// <summary>The version of Podman that answers; null where it is another engine.</summary>
    /// <remarks>
    /// Not asked of <c>/version</c>: for that, and for <c>/info</c>, Podman has the system's package manager look up its parts anew each time.
    /// </remarks>
    public async Task<string?> PodmanVersionAsync(CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync("_ping", cancellationToken).ConfigureAwait(false);
        return response.Headers.TryGetValues("Libpod-API-Version", out var versions) ? versions.First() : null;
    }

    public void Dispose() => _http.Dispose();

    private async Task<ContainerOutput> OpenAsync(HttpMethod method, string path, bool isLog, CancellationToken cancellationToken)
    {
        HttpResponseMessage? response = null;
        try
        {
            using var request = new HttpRequestMessage(method, path);
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
                throw new EngineException(await ReadRefusalAsync(response, cancellationToken).ConfigureAwait(false), response.StatusCode);
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            return new ContainerOutput(new FrameReader(stream, isLog), response, isLog);
        }
        catch (Exception e)
        {
            response?.Dispose();
            if (e is HttpRequestException or IOException)
                throw new EngineException($"The container engine does not answer: {e.Message}", e);
            throw;
        }
    }

    private static async Task<string> ReadRefusalAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await response.Content.LoadIntoBufferAsync(MaxErrorBytes, cancellationToken).ConfigureAwait(false);
        return Message(await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>The engine's own words in the body of a refusal.</summary>
    public static string Message(string? body)
    {
        if (string.IsNullOrWhiteSpace(body))
            return "The container engine refused without a word.";
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("message", out var message) && message.GetString() is { } text)
                return text;
        }
        catch (JsonException)
        {
            // Some refusals, of proxies in between for one, are plain text: then that is the message.
        }
        return body.Trim();
    }
}
