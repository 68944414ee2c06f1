namespace Nosnet.Server.Tests;

/// <summary>Answers without a body, and those before the answer.</summary>
public sealed class BodilessAnswerTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    [Theory]
    [InlineData("204 No Content", "")]
    [InlineData("204 No Content", "Content-Length: 0\r\n")]
    [InlineData("204 No Content", "Content-Length: 5\r\n")]
    [InlineData("304 Not Modified", "")]
    [InlineData("304 Not Modified", "Content-Length: 5\r\nETag: \"1\"\r\n")]
    public async Task A_status_without_a_body_has_none_whatever_its_length_says(string status, string fields)
    {
        var answer = await ScriptedService.AnswerAsync($"HTTP/1.1 {status}\r\n{fields}\r\n");
        answer.IsBroken.ShouldBeFalse(answer.Text);
        answer.Text.ShouldStartWith($"HTTP/1.1 {status}");
        answer.Text.ShouldEndWith(Wire.End);
        answer.Body.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_head_alone_keeps_its_length()
    {
        await using var service = await ScriptedService.SayingAsync("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
        var answer = await service.AskAsync("HEAD / HTTP/1.1");
        answer.Field("Content-Length").ShouldBe("5");
        answer.Body.ShouldBeEmpty();
        answer.IsBroken.ShouldBeFalse();
    }

    [Theory]
    [InlineData("100 Continue")]
    [InlineData("102 Processing")]
    [InlineData("103 Early Hints")]
    public async Task Interim_answers_do_not_hide_the_answer(string status)
    {
        var answer = await ScriptedService.AnswerAsync($"HTTP/1.1 {status}\r\nLink: </a>\r\n\r\n{Ok}");
        answer.Status.ShouldBe(200, answer.Text);
        answer.Body.ShouldBe("ok");
    }

    [Fact]
    public async Task An_upgrade_that_nobody_asked_for_blames_the_service() =>
        (await ScriptedService.AnswerAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: own\r\n\r\nbytes")).ShouldBlameTheService();
}
