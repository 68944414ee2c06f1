using System.Text;

namespace Nosnet.Server.Tests;

/// <summary>Bodies of answers, however they are framed.</summary>
public sealed class AnswerBodyTests
{
    private const string Chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length:5\r\n\r\nhello, and more than it said")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nhello")]
    [InlineData("HTTP/1.0 200 OK\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\nContent-Length: 5\n\nhello")]
    [InlineData(Chunked + "5\r\nhello\r\n0\r\n\r\n")]
    [InlineData(Chunked + "0002\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n")]
    [InlineData(Chunked + "5;name=\"a;b\";other\r\nhello\r\n0;last\r\n\r\n")]
    [InlineData(Chunked + "5\r\nhello\r\n0\r\nX-Trailer: 1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")]
    public async Task A_whole_body_comes_whole(string answer)
    {
        var came = await ScriptedService.AnswerAsync(answer);
        came.Status.ShouldBe(200, came.Text);
        came.Body.ShouldBe("hello");
        came.IsWhole.ShouldBeTrue(came.Text);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: 1\r\n\r\nhello")]
    [InlineData(Chunked + "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n")]
    public async Task An_answer_that_comes_byte_by_byte_is_the_same(string answer)
    {
        await using var service = await ScriptedService.StartAsync(async stream =>
        {
            await stream.ReadHeadAsync();
            foreach (var letter in answer)
                await stream.SayAsync(letter.ToString());
        });
        var came = await service.AskAsync();
        came.Body.ShouldBe("hello");
        came.IsWhole.ShouldBeTrue(came.Text);
    }

    /// <summary>Event streams live of that.</summary>
    [Fact]
    public async Task What_was_said_comes_before_there_is_more()
    {
        var hasCome = new TaskCompletionSource();
        await using var service = await ScriptedService.StartAsync(async stream =>
        {
            await stream.ReadHeadAsync();
            await stream.SayAsync(Chunked + "5\r\nfirst\r\n");
            await hasCome.Task;
            await stream.SayAsync("4\r\nlast\r\n0\r\n\r\n");
        });
        await using var asking = await service.DialAsync(service.Request());
        var text = new StringBuilder(await asking.ReadUntilAsync("first"));
        hasCome.SetResult();
        var (rest, isBroken) = await asking.ReadToEndAsync();
        new RawAnswer(text.Append(rest).ToString(), isBroken).Body.ShouldBe("firstlast");
    }
}
