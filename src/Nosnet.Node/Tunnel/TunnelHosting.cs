using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Nosnet.Node;

/// <summary>Has a web application served over a tunnel instead of a port.</summary>
internal static class TunnelHosting
{
    private const int StreamWindow = 16 * 1024 * 1024;

    // Four stalled uploads must not keep the others from flowing.
    private const int ConnectionWindow = 4 * StreamWindow;
    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(5);

    public static void UseTunnel(this IWebHostBuilder host, Uri server, Func<CancellationToken, Task<string>> token, TimeProvider time)
    {
        host.ConfigureServices(services => services.AddSingleton<IConnectionListenerFactory>(provider =>
            new TunnelTransport(token, time, provider.GetRequiredService<ILogger<TunnelListener>>())));
        host.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(new TunnelEndPoint(TunnelUrl(server)), listen => listen.Protocols = HttpProtocols.Http2);
            // What comes from a container goes out as the container said it.
            kestrel.AddServerHeader = false;
            var limits = kestrel.Limits;
            // One slow or paused stream must not end the whole tunnel, nor may an idle tunnel end itself.
            limits.MinRequestBodyDataRate = null;
            limits.MinResponseDataRate = null;
            limits.MaxRequestBodySize = null;
            // Not infinite: the sum of that and the heartbeat interval overflows in Kestrel, and closes the connection within a second.
            limits.KeepAliveTimeout = TimeSpan.FromDays(365);
            limits.Http2.MaxStreamsPerConnection = 10_000;
            limits.Http2.InitialStreamWindowSize = StreamWindow;
            limits.Http2.InitialConnectionWindowSize = ConnectionWindow;
            limits.Http2.KeepAlivePingDelay = PingEvery;
            limits.Http2.KeepAlivePingTimeout = PingEvery;
        });
    }

    public static Uri TunnelUrl(Uri server) => new UriBuilder(server)
    {
        Scheme = server.Scheme == Uri.UriSchemeHttps ? "wss" : "ws",
        Path = server.AbsolutePath.TrimEnd('/') + "/api/nodes/tunnel",
    }.Uri;
}
