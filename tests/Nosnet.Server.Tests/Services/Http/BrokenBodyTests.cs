namespace Nosnet.Server.Tests;

/// <summary>Bodies of answers that break: what is half must not look whole.</summary>
public sealed class BrokenBodyTests
{
    private const string Chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

    [Theory]
    [InlineData("xyz\r\nhello\r\n0\r\n\r\n")]
    [InlineData("FFFFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n")]
    [InlineData("-5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("\r\n")]
    [InlineData("")]
    public async Task A_first_chunk_that_is_none_blames_the_service(string body) => (await ScriptedService.AnswerAsync(Chunked + body)).ShouldBlameTheService();

    [Theory]
    [InlineData("xyz\r\nhello\r\n0\r\n\r\n")]
    [InlineData("FFFFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5\r\nhello, and more\r\n0\r\n\r\n")]
    [InlineData("5\r\nhel")]
    [InlineData("0\r\n")]
    [InlineData("")]
    public async Task A_later_chunk_that_is_none_breaks_the_answer_off(string rest) => await BreaksOffAsync(Chunked + "5\r\nfirst\r\n", "first", rest);

    [Fact]
    public async Task A_body_shorter_than_its_length_breaks_the_answer_off() => await BreaksOffAsync("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst", "first", "");

    [Fact]
    public async Task A_connection_that_breaks_within_a_body_without_length_breaks_the_answer_off()
    {
        var hasCome = new TaskCompletionSource();
        await using var service = await ScriptedService.StartAsync(async stream =>
        {
            await stream.ReadHeadAsync();
            await stream.SayAsync("HTTP/1.1 200 OK\r\n\r\nfirst");
            await hasCome.Task;
            throw new IOException("The container's connection broke.");
        });
        await using var asking = await service.DialAsync(service.Request());
        var text = await asking.ReadUntilAsync("first");
        hasCome.SetResult();
        var (rest, isBroken) = await asking.ReadToEndAsync();
        new RawAnswer(text + rest, isBroken).IsWhole.ShouldBeFalse(text + rest);
    }

    private static async Task BreaksOffAsync(string begin, string seen, string rest)
    {
        var hasCome = new TaskCompletionSource();
        await using var service = await ScriptedService.StartAsync(async stream =>
        {
            await stream.ReadHeadAsync();
            await stream.SayAsync(begin);
            await hasCome.Task;
            await stream.SayAsync(rest);
        });
        await using var asking = await service.DialAsync(service.Request());
        var text = await asking.ReadUntilAsync(seen);
        hasCome.SetResult();
        var (more, isBroken) = await asking.ReadToEndAsync();
        new RawAnswer(text + more, isBroken).IsWhole.ShouldBeFalse(text + more);
    }
}
