using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Nosnet.Protocol;

namespace Nosnet.Node.Tests;

/// <summary>A stream of a tunnel on one side, a socket on the other, as server and container have them.</summary>
public sealed class SpliceTests : IAsyncLifetime
{
    private readonly CancellationTokenSource _over = new();
    private readonly TaskCompletionSource _spliced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly HttpMessageInvoker _server = new(new SocketsHttpHandler());
    private WebApplication _node = null!;
    private Stream _stream = null!;
    private Socket _container = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _listener.Start();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l => l.Protocols = HttpProtocols.Http2));
        _node = builder.Build();
        _node.Run(async http =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(_listener.LocalEndpoint, Cancellation);
            await using var container = new NetworkStream(socket, ownsSocket: true);
            await using var stream = await http.Features.GetRequiredFeature<IHttpExtendedConnectFeature>().AcceptAsync();
            await Splice.RunAsync(http, stream, container, _over.Token);
            _spliced.SetResult();
        });
        await _node.StartAsync(Cancellation);
        using var connect = new HttpRequestMessage(HttpMethod.Connect, _node.Urls.Single()) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        connect.Headers.Protocol = ServiceTarget.Protocol;
        var answer = await _server.SendAsync(connect, Cancellation);
        _stream = await answer.Content.ReadAsStreamAsync(Cancellation);
        _container = await _listener.AcceptSocketAsync(Cancellation);
    }

    [Fact]
    public async Task What_one_side_says_comes_to_the_other_as_it_was_said()
    {
        await SayAsync("a question");
        (await ContainerHearsAsync(10)).ShouldBe("a question");
        await _container.SendAsync("an answer"u8.ToArray(), Cancellation);
        (await HearAsync(9)).ShouldBe("an answer");
    }

    [Fact]
    public async Task A_large_answer_arrives_whole()
    {
        var sent = new byte[5_000_000];
        new Random(1).NextBytes(sent);
        var sending = _container.SendAsync(sent, Cancellation).AsTask();
        var heard = new byte[sent.Length];
        await _stream.ReadExactlyAsync(heard, Cancellation);
        heard.ShouldBe(sent);
        await sending;
    }

    [Fact]
    public async Task A_container_that_has_said_all_ends_the_stream()
    {
        await _container.SendAsync("bye"u8.ToArray(), Cancellation);
        _container.Shutdown(SocketShutdown.Send);
        (await HearAsync(3)).ShouldBe("bye");
        (await _stream.ReadAsync(new byte[1], Cancellation)).ShouldBe(0);
        await _spliced.Task.WaitAsync(Cancellation);
    }

    [Fact]
    public async Task A_container_that_breaks_off_is_never_taken_for_one_that_has_said_all()
    {
        await _container.SendAsync("half"u8.ToArray(), Cancellation);
        (await HearAsync(4)).ShouldBe("half");
        _container.LingerState = new LingerOption(enable: true, seconds: 0);
        _container.Close();
        await ShouldBreakAsync();
    }

    [Fact]
    public async Task What_is_still_open_when_its_container_is_over_is_broken_off()
    {
        await _over.CancelAsync();
        await ShouldBreakAsync();
        (await _container.ReceiveAsync(new byte[1], Cancellation)).ShouldBe(0);
    }

    [Fact]
    public async Task A_server_that_lets_go_closes_the_containers_connection()
    {
        await _stream.DisposeAsync();
        (await _container.ReceiveAsync(new byte[1], Cancellation)).ShouldBe(0);
        await _spliced.Task.WaitAsync(Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        _container.Dispose();
        await _stream.DisposeAsync();
        _server.Dispose();
        await _node.DisposeAsync();
        _listener.Dispose();
        _over.Dispose();
    }

    private async Task ShouldBreakAsync()
    {
        var failure = await Should.ThrowAsync<IOException>(async () => await _stream.ReadExactlyAsync(new byte[1], Cancellation));
        Causes(failure).OfType<HttpProtocolException>().ShouldContain(e => e.ErrorCode == ServiceTarget.ConnectError);
        await _spliced.Task.WaitAsync(Cancellation);
    }

    private static IEnumerable<Exception> Causes(Exception? failure)
    {
        for (; failure is not null; failure = failure.InnerException)
            yield return failure;
    }

    private async Task SayAsync(string text)
    {
        await _stream.WriteAsync(Encoding.UTF8.GetBytes(text), Cancellation);
        await _stream.FlushAsync(Cancellation);
    }

    private async Task<string> HearAsync(int count)
    {
        var heard = new byte[count];
        await _stream.ReadExactlyAsync(heard, Cancellation);
        return Encoding.UTF8.GetString(heard);
    }

    private async Task<string> ContainerHearsAsync(int count)
    {
        var heard = new byte[count];
        for (var done = 0; done < count;)
            done += await _container.ReceiveAsync(heard.AsMemory(done), Cancellation);
        return Encoding.UTF8.GetString(heard);
    }
}
