using System.Net.WebSockets;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace Nosnet.Node.Tests;

public sealed class TunnelConnectionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_written_while_a_message_is_being_sent_goes_out_as_the_next_one()
    {
        var server = new SlowServer();
        await using var connection = new TunnelConnection(server, new FakeTimeProvider());
        await WriteAsync(connection, "one");
        (await server.BeginsAsync()).ShouldBe("one");

        await WriteAsync(connection, "two");
        await WriteAsync(connection, "three");
        server.Takes();

        (await server.BeginsAsync()).ShouldBe("twothree");
        server.Takes();
    }

    [Fact]
    public async Task What_was_written_last_is_sent_before_the_connection_is_let_go()
    {
        var server = new SlowServer();
        var connection = new TunnelConnection(server, new FakeTimeProvider());
        await WriteAsync(connection, "farewell");
        var ending = connection.DisposeAsync();
        (await server.BeginsAsync()).ShouldBe("farewell");
        server.State.ShouldBe(WebSocketState.Open);

        server.Takes();

        await ending;
        server.State.ShouldBe(WebSocketState.Aborted);
    }

    [Fact]
    public async Task A_server_that_takes_nothing_any_more_is_not_waited_for_without_end()
    {
        var server = new SlowServer();
        var time = new FakeTimeProvider();
        var connection = new TunnelConnection(server, time);
        await WriteAsync(connection, "farewell");
        await server.BeginsAsync();
        var ending = connection.DisposeAsync();
        ending.IsCompleted.ShouldBeFalse();

        time.Advance(TimeSpan.FromSeconds(5));

        await ending;
        await connection.Closed;
    }

    private static async Task WriteAsync(TunnelConnection connection, string text) =>
        await connection.Transport.Output.WriteAsync(Encoding.UTF8.GetBytes(text), Cancellation);

    /// <summary>The other end, which takes each message when the test says so.</summary>
    private sealed class SlowServer : WebSocket
    {
        private readonly Channel<string> _begun = Channel.CreateUnbounded<string>();
        private readonly SemaphoreSlim _taken = new(0);
        private readonly CancellationTokenSource _aborted = new();

        public override WebSocketState State => _aborted.IsCancellationRequested ? WebSocketState.Aborted : WebSocketState.Open;
        public override WebSocketCloseStatus? CloseStatus => null;
        public override string? CloseStatusDescription => null;
        public override string? SubProtocol => null;

        /// <summary>The next message that is being sent.</summary>
        public async Task<string> BeginsAsync() => await _begun.Reader.ReadAsync(Cancellation);

        public void Takes() => _taken.Release();

        public override void Abort() => _aborted.Cancel();

        public override async Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken)
        {
            _begun.Writer.TryWrite(Encoding.UTF8.GetString(buffer));
            await _taken.WaitAsync(_aborted.Token);
        }

        public override async Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _aborted.Token);
            throw new InvalidOperationException();
        }

        public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) => Task.CompletedTask;
        public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) => Task.CompletedTask;

        public override void Dispose()
        {
        }
    }
}
