namespace Nosnet.Server.Tests;

/// <summary>Heads of answers that are no HTTP: the service is to blame and not its node.</summary>
public sealed class BrokenHeadTests
{
    [Theory]
    [InlineData("-5")]
    [InlineData("5, 5")]
    [InlineData("5\r\nContent-Length: 7")]
    [InlineData("5\r\nContent-Length: 5")]
    [InlineData("99999999999999999999")]
    [InlineData("five")]
    [InlineData("+5")]
    [InlineData("")]
    public async Task A_length_that_is_none_blames_the_service(string length) =>
        (await ScriptedService.AnswerAsync($"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\nhello")).ShouldBlameTheService();

    [Theory]
    [InlineData("")]
    [InlineData("HTT")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n")]
    [InlineData("HTTP/1.1 20\r\n\r\n")]
    [InlineData("HTTP/1.1 2x0 OK\r\n\r\n")]
    [InlineData("HTTP/9.9 200 OK\r\n\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.6\r\n")]
    [InlineData("\u0015\u0003\u0001\0\u0002\u0002\n")]
    [InlineData("HTTP/1.1 200 OK\r\nno field at all\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nBad name: 1\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX: a\u0001b\r\nContent-Length: 0\r\n\r\n")]
    public async Task What_is_no_http_blames_the_service(string answer) => (await ScriptedService.AnswerAsync(answer)).ShouldBlameTheService();

    [Fact]
    public async Task A_head_larger_than_any_blames_the_service() =>
        (await ScriptedService.AnswerAsync("HTTP/1.1 200 OK\r\nX: " + new string('x', 100_000) + "\r\n\r\n")).ShouldBlameTheService();

    [Fact]
    public async Task A_connection_that_breaks_within_the_head_blames_the_service()
    {
        await using var service = await ScriptedService.StartAsync(async stream =>
        {
            await stream.ReadHeadAsync();
            await stream.SayAsync("HTTP/1.1 200 OK\r\n");
            throw new IOException("The container's connection broke.");
        });
        (await service.AskAsync()).ShouldBlameTheService();
    }

    /// <summary>The server cannot know what the service would have said.</summary>
    [Fact]
    public async Task A_tunnel_that_breaks_within_the_head_blames_the_node()
    {
        ScriptedService? service = null;
        await using var one = service = await ScriptedService.StartAsync(async stream =>
        {
            await stream.ReadHeadAsync();
            await stream.SayAsync("HTTP/1.1 200 OK\r\n");
            service!.Tunnel.Cut();
        });
        var answer = await service.AskAsync("POST / HTTP/1.1", "Content-Length: 0\r\n");
        answer.Status.ShouldBe(502, answer.Text);
        answer.Body.ShouldStartWith("The connection to the node");
    }
}
