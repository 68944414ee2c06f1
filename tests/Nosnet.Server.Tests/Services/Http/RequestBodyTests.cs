namespace Nosnet.Server.Tests;

/// <summary>Bodies of requests.</summary>
public sealed class RequestBodyTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";

    [Fact]
    public async Task One_with_a_length_comes_with_it()
    {
        var (head, body) = await SeenAsync("Content-Length: 5\r\n", "hello", "hello");
        head.ShouldContain("Content-Length: 5\r\n");
        head.ShouldNotContain("Transfer-Encoding");
        body.ShouldBe("hello");
    }

    [Fact]
    public async Task One_in_chunks_comes_in_chunks()
    {
        var (head, body) = await SeenAsync("Transfer-Encoding: chunked\r\n", "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", "0\r\n\r\n");
        head.ShouldContain("Transfer-Encoding: chunked\r\n");
        head.ShouldNotContain("Content-Length");
        new RawAnswer(head + body, IsBroken: false).Body.ShouldBe("hello");
    }

    /// <summary>It is held until the body has been sent, so a service has to go on reading it.</summary>
    [Fact]
    public async Task An_answer_before_the_body_has_come_is_passed_on_after_it()
    {
        var hasAnswered = new TaskCompletionSource();
        await using var service = await ScriptedService.StartAsync(async stream =>
        {
            await stream.ReadHeadAsync();
            await stream.SayAsync("HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig");
            hasAnswered.SetResult();
            await stream.ReadUntilAsync("the last");
        });
        await using var asking = await service.DialAsync(service.Request("POST / HTTP/1.1", "Content-Length: 18\r\n") + "the first,");
        await hasAnswered.Task.WaitAsync(Eventually.Deadline, TimeProvider.System, TestNetwork.Cancellation);
        await asking.SayAsync("the last");
        (await asking.ReadUntilAsync("big")).ShouldStartWith("HTTP/1.1 413 ");
    }

    [Theory]
    [InlineData("xyz\r\nhello\r\n0\r\n\r\n")]
    [InlineData("FFFFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n")]
    public async Task Chunks_that_are_none_blame_whoever_sent_them(string body)
    {
        await using var service = await ScriptedService.StartAsync(async stream =>
        {
            await stream.ReadUntilAsync("0\r\n\r\n");
            await stream.SayAsync(Ok);
        });
        var answer = await service.AskAsync("POST / HTTP/1.1", "Transfer-Encoding: chunked\r\n", body);
        answer.Status.ShouldBe(400, answer.Text);
    }

    /// <summary>It shows with the next that is sent, or with the end of the body.</summary>
    [Fact]
    public async Task A_service_that_breaks_off_amid_a_body_is_to_blame()
    {
        await using var service = await ScriptedService.StartAsync(async stream =>
        {
            await stream.ReadHeadAsync();
            throw new IOException("The container's connection broke.");
        });
        (await service.AskAsync("POST / HTTP/1.1", "Content-Length: 5\r\n", "hello")).ShouldBlameTheService();
    }

    private static async Task<(string Head, string Body)> SeenAsync(string fields, string body, string end)
    {
        var (seenHead, seenBody) = ("", "");
        await using var service = await ScriptedService.StartAsync(async stream =>
        {
            seenHead = await stream.ReadHeadAsync();
            seenBody = await stream.ReadUntilAsync(end);
            await stream.SayAsync(Ok);
        });
        var answer = await service.AskAsync("POST / HTTP/1.1", fields, body);
        answer.Status.ShouldBe(200, answer.Text);
        return (seenHead, seenBody);
    }
}
