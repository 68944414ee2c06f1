namespace Nosnet.Server.Tests;

/// <summary>Fields of answers, as bytes.</summary>
public sealed class AnswerFieldTests
{
    [Theory]
    [InlineData("attachment; filename=\u00fcber.txt")] // Latin-1
    [InlineData("attachment; filename=\u00c3\u00bcber.txt")] // UTF-8
    [InlineData("\u0080\u00a0\u00ff")]
    public async Task Letters_that_are_not_ascii_are_passed_on_byte_for_byte(string value)
    {
        var answer = await ScriptedService.AnswerAsync($"HTTP/1.1 200 OK\r\nContent-Disposition: {value}\r\nX-Own: {value}\r\nContent-Length: 2\r\n\r\nok");
        answer.Status.ShouldBe(200, answer.Text);
        answer.Field("Content-Disposition").ShouldBe(value);
        answer.Field("X-Own").ShouldBe(value);
        answer.Body.ShouldBe("ok");
    }

    [Fact]
    public async Task Fields_of_the_connection_are_not_passed_on_and_all_others_are()
    {
        var answer = await ScriptedService.AnswerAsync(
            "HTTP/1.1 200 OK\r\nConnection: close, X-Hop\r\nKeep-Alive: timeout=5\r\nX-Own: 1\r\nX-Own: 2\r\nServer: mine\r\nContent-Length: 2\r\n\r\nok");
        answer.Field("Keep-Alive").ShouldBeNull();
        answer.Head.ShouldContain("\r\nX-Own: 1\r\nX-Own: 2");
        answer.Field("Server").ShouldBe("mine");
        answer.IsWhole.ShouldBeTrue(answer.Text);
    }
}
