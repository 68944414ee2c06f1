using System.Net;
using System.Net.Sockets;
using System.Text;
using Nosnet.Storage;

namespace Nosnet.Server;

/// <summary>
/// The connections to the other servers of the network. One whose process or machine stands still keeps its connections, and whoever asked
/// something over them would wait for ever: once it has been silent for too long they are cut, and it is not reached until it says something.
/// </summary>
internal sealed class PeerConnections : IDisposable
{
    /// <summary>How many looks in a row find nothing new: every two seconds there is one.</summary>
    private const int MostSilentLooks = 5;

    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(3);

    private readonly Lock _lock = new();
    private readonly HashSet<Connection> _open = [];
    private Dictionary<DnsEndPoint, Heard> _heard = [];

    public PeerConnections() => Http = new HttpMessageInvoker(new AskedOnce(new SocketsHttpHandler
    {
        ConnectTimeout = ConnectTime,
        ConnectCallback = (context, cancellation) => ConnectAsync(context.DnsEndPoint, cancellation),
        // As Kestrel has read them.
        RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
        ActivityHeadersPropagator = null,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        UseProxy = false,
    }));

    /// <summary>Sends requests over them.</summary>
    public HttpMessageInvoker Http { get; }

    /// <summary>Takes in what the others said last. Only looks count, not the clock: where the store was away, nobody could say anything.</summary>
    public void Look(IReadOnlyList<PeerBeat> beats)
    {
        var heard = new Dictionary<DnsEndPoint, Heard>();
        List<Connection> silent;
        lock (_lock)
        {
            // One that was started anew has another row with the same URL.
            foreach (var group in beats.GroupBy(b => PlaceOf(b.Url)))
            {
                var at = group.Max(b => b.At);
                heard.Add(group.Key, _heard.TryGetValue(group.Key, out var before) && before.At == at ? before with { SilentLooks = before.SilentLooks + 1 } : new Heard(at, 0));
            }

            _heard = heard;
            silent = [.. _open.Where(c => heard.GetValueOrDefault(c.Server).IsSilent)];
        }

        foreach (var connection in silent)
            connection.Dispose();
    }

    public void Dispose() => Http.Dispose();

    private async ValueTask<Stream> ConnectAsync(DnsEndPoint server, CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_heard.GetValueOrDefault(server).IsSilent)
                throw new SocketException((int)SocketError.HostUnreachable);
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server, cancellation);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        var connection = new Connection(socket, server, this);
        lock (_lock)
            _open.Add(connection);
        return connection;
    }

    private static DnsEndPoint PlaceOf(string url)
    {
        var uri = new Uri(url);
        return new DnsEndPoint(uri.IdnHost, uri.Port);
    }

    private readonly record struct Heard(DateTimeOffset At, int SilentLooks)
    {
        public bool IsSilent => SilentLooks >= MostSilentLooks;
    }

    /// <summary>
    /// What broke off may have been done, and whether it may be asked for again is for whoever asked to say. The handler below does it by
    /// itself where a request has no content.
    /// </summary>
    private sealed class AskedOnce(HttpMessageHandler handler) : DelegatingHandler(handler)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method != HttpMethod.Get && request.Method != HttpMethod.Head && request.Method != HttpMethod.Connect)
                request.Content ??= new ByteArrayContent([]);
            return base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class Connection(Socket socket, DnsEndPoint server, PeerConnections all) : NetworkStream(socket, ownsSocket: true)
    {
        public DnsEndPoint Server => server;

        protected override void Dispose(bool disposing)
        {
            lock (all._lock)
                all._open.Remove(this);
            base.Dispose(disposing);
        }
    }
}
