using System.Net;
using System.Net.Sockets;
using Nosnet.Storage;

namespace Nosnet.Server.Tests;

public sealed class PeerConnectionsTests
{
    private static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_123);

    [Fact]
    public async Task Whoever_waits_for_a_server_that_has_fallen_silent_is_let_go_and_it_is_reached_again_when_it_speaks()
    {
        using var connections = new PeerConnections();
        using var silent = Listen(out var url);
        connections.Look([new PeerBeat(url, At)]);
        var asked = PostAsync(connections, url);
        using var taken = await AcceptAsync(silent);

        for (var look = 1; look < 5; look++)
            connections.Look([new PeerBeat(url, At)]);
        asked.IsCompleted.ShouldBeFalse();
        connections.Look([new PeerBeat(url, At)]);
        (await Should.ThrowAsync<HttpRequestException>(asked)).HttpRequestError.ShouldNotBe(HttpRequestError.ConnectionError);
        (await Should.ThrowAsync<HttpRequestException>(PostAsync(connections, url))).HttpRequestError.ShouldBe(HttpRequestError.ConnectionError);

        connections.Look([new PeerBeat(url, At), new PeerBeat(url, At.AddSeconds(1))]);
        var again = PostAsync(connections, url);
        using var answering = await AcceptAsync(silent);
        await answering.SendAsync("HTTP/1.1 204 No Content\r\n\r\n"u8.ToArray(), TestNetwork.Cancellation);
        (await again).ShouldBe(HttpStatusCode.NoContent);
    }

    private static async Task<HttpStatusCode> PostAsync(PeerConnections connections, string url)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url);
        using var answer = await connections.Http.SendAsync(request, TestNetwork.Cancellation);
        return answer.StatusCode;
    }

    /// <summary>Until the request has come: before, whoever asks may not know yet that he is connected.</summary>
    private static async Task<Socket> AcceptAsync(TcpListener listener)
    {
        var socket = await listener.AcceptSocketAsync(TestNetwork.Cancellation);
        (await socket.ReceiveAsync(new byte[1_024], TestNetwork.Cancellation)).ShouldBePositive();
        return socket;
    }

    private static TcpListener Listen(out string url)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        url = $"http://{listener.LocalEndpoint}";
        return listener;
    }
}
