using System.Diagnostics.CodeAnalysis;

namespace Nosnet.Node;

/// <summary>Where a container engine's Docker API answers: a unix socket or plain TCP.</summary>
public sealed record EngineEndpoint
{
    private EngineEndpoint(Uri uri) => Uri = uri;

    /// <summary><c>unix:///path</c> or <c>tcp://host:port</c>.</summary>
    public Uri Uri { get; }

    /// <summary>The socket's path; null where the engine answers on TCP.</summary>
    public string? SocketPath => Uri.Scheme == "unix" ? Uri.UnescapeDataString(Uri.AbsolutePath) : null;

    /// <summary>A unix socket.</summary>
    public static EngineEndpoint Socket(string path) => new(new UriBuilder("unix", "") { Path = path }.Uri);

    /// <summary>Reads the value of <c>DOCKER_HOST</c>; false with a sentence where this node cannot use it.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out EngineEndpoint? endpoint, [NotNullWhen(false)] out string? refusal)
    {
        (endpoint, refusal) = (null, null);
        if (text.StartsWith('/'))
        {
            endpoint = Socket(text);
            return true;
        }
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri))
            refusal = $"DOCKER_HOST is '{text}', which is no URL; write unix:///path/to/socket or tcp://host:port.";
        else if (uri.Scheme == "unix" && uri.AbsolutePath.Length > 1)
            endpoint = Socket(Uri.UnescapeDataString(uri.AbsolutePath));
        else if (uri.Scheme is "tcp" or "http" && uri.Host.Length > 0)
            endpoint = new EngineEndpoint(new UriBuilder("tcp", uri.Host, uri.Port > 0 ? uri.Port : 2375).Uri);
        else
            refusal = $"DOCKER_HOST is '{text}'; a node can use unix:///path/to/socket or tcp://host:port, not {uri.Scheme}.";
        return endpoint is not null;
    }

    /// <summary>The path of the socket, or the URL.</summary>
    public override string ToString() => SocketPath ?? Uri.ToString();
}
