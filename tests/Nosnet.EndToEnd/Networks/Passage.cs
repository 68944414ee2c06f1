using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Nosnet.EndToEnd;

/// <summary>
/// Stands between a node and the server or the engine that it talks to over HTTP/1.1. It passes everything on, byte by byte, and holds
/// what a test wants held: so a node can be killed exactly between two of its steps.
/// </summary>
internal sealed class Passage : IAsyncDisposable
{
    private readonly Socket _listener;
    private readonly EndPoint _to;
    private readonly Lock _lock = new();
    private readonly List<Held> _wanted = [];
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _accepting;

    private Passage(EndPoint at, EndPoint to)
    {
        _to = to;
        _listener = NewSocket(at);
        _listener.Bind(at);
        _listener.Listen(512);
        _accepting = AcceptAsync();
    }

    /// <summary>What a node is told in the place of the server's URL.</summary>
    public string Url => $"http://{_listener.LocalEndPoint}";

    /// <summary>What a node is told in the place of the engine's address.</summary>
    public string DockerHost => $"unix://{_listener.LocalEndPoint}";

    public static Passage ToServer(string url) =>
        new(new IPEndPoint(IPAddress.Loopback, 0), new IPEndPoint(IPAddress.Loopback, new Uri(url).Port));

    /// <param name="dockerHost">The engine, as <c>DOCKER_HOST</c> has it.</param>
    /// <param name="path">The socket to make.</param>
    public static Passage ToEngine(string dockerHost, string path) =>
        new(new UnixDomainSocketEndPoint(path), new UnixDomainSocketEndPoint(new Uri(dockerHost).LocalPath));

    /// <summary>Holds the next request that begins like this, whole, before it is passed on or, where asked, after it was answered.</summary>
    /// <param name="method">Its method.</param>
    /// <param name="path">A part of its path.</param>
    /// <param name="answer">Whether the answer is what is held.</param>
    public Held Hold(string method, string path, bool answer)
    {
        var held = new Held(method + " ", path, answer);
        lock (_lock)
            _wanted.Add(held);
        return held;
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _listener.Dispose();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        var open = new List<Task>();
        try
        {
            while (true)
                open.Add(PassAsync(await _listener.AcceptAsync(_closing.Token)));
        }
        finally
        {
            await Task.WhenAll(open).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task PassAsync(Socket from)
    {
        using var near = from;
        using var far = NewSocket(_to);
        await far.ConnectAsync(_to, _closing.Token);
        var connection = new Connection(this, near, far);
        // Whichever side ends takes the other with it, but for what was held and is still to be done.
        await Task.WhenAny(connection.RequestsAsync(_closing.Token), connection.AnswersAsync(_closing.Token));
    }

    private Held? Take(ReadOnlySpan<byte> begin)
    {
        var line = Encoding.ASCII.GetString(begin[..Math.Min(begin.Length, 512)]).Split('\r')[0];
        lock (_lock)
        {
            if (_wanted.FirstOrDefault(held => held.Means(line)) is not { } found)
                return null;
            _wanted.Remove(found);
            return found;
        }
    }

    private static Socket NewSocket(EndPoint at) => at is UnixDomainSocketEndPoint
        ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
        : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    private sealed class Connection(Passage passage, Socket near, Socket far)
    {
        private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile Held? _held;

        public async Task RequestsAsync(CancellationToken cancellation)
        {
            var buffer = new byte[64 * 1024];
            while (await ReadAsync(near, buffer, cancellation) is > 0 and var count)
            {
                // No request is sent before the last was answered, so each begins a piece.
                var length = count;
                if (passage.Take(buffer.AsSpan(0, count)) is { } held)
                {
                    // Its body may come by itself, and whoever is killed before it was sent has asked for nothing.
                    while (!IsWhole(buffer.AsSpan(0, length)) && await ReadAsync(near, buffer.AsMemory(length), cancellation) is > 0 and var more)
                        length += more;
                    _held = held;
                    if (!held.IsAnswer)
                        await held.StandAsync(cancellation);
                }
                await far.SendAsync(buffer.AsMemory(0, length), cancellation);
            }
            if (_held is not null)
                await _answered.Task.WaitAsync(cancellation);
        }

        public async Task AnswersAsync(CancellationToken cancellation)
        {
            var buffer = new byte[64 * 1024];
            while (await ReadAsync(far, buffer, cancellation) is > 0 and var count)
            {
                if (_held is { } held)
                {
                    if (held.IsAnswer)
                        await held.StandAsync(cancellation);
                    // Those to earlier requests of the connection do not count: what was held may still be on its way.
                    _answered.TrySetResult();
                }

                await near.SendAsync(buffer.AsMemory(0, count), cancellation);
            }
        }

        private static bool IsWhole(ReadOnlySpan<byte> request)
        {
            var end = request.IndexOf("\r\n\r\n"u8);
            if (end < 0)
                return false;
            var head = Encoding.ASCII.GetString(request[..end]);
            var body = request[(end + 4)..];
            if (head.Contains("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase))
                return body.EndsWith("0\r\n\r\n"u8);
            const string Length = "Content-Length: ";
            return head.Split("\r\n").FirstOrDefault(line => line.StartsWith(Length, StringComparison.OrdinalIgnoreCase)) is not { } line
                || body.Length >= int.Parse(line.AsSpan(Length.Length), CultureInfo.InvariantCulture);
        }

        private static async Task<int> ReadAsync(Socket socket, Memory<byte> buffer, CancellationToken cancellation)
        {
            try
            {
                return await socket.ReceiveAsync(buffer, cancellation);
            }
            catch (SocketException)
            {
                return 0; // Its process was killed, which is an end like any other.
            }
        }
    }
}

/// <summary>A request, or its answer, that a test holds; when it is disposed of at the latest, it goes on.</summary>
internal sealed class Held(string method, string path, bool answer) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsAnswer => answer;

    public Task ReachedAsync() => _reached.Task.WaitAsync(Patience);

    public void Release() => _released.TrySetResult();

    public void Dispose() => Release();

    public bool Means(string line) => line.StartsWith(method, StringComparison.Ordinal) && line.Contains(path, StringComparison.Ordinal);

    public async Task StandAsync(CancellationToken cancellation)
    {
        _reached.TrySetResult();
        await _released.Task.WaitAsync(cancellation);
    }
}
