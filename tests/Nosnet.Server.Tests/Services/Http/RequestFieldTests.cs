namespace Nosnet.Server.Tests;

/// <summary>Fields of requests, as bytes.</summary>
public sealed class RequestFieldTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";

    [Fact]
    public async Task Letters_of_utf8_are_passed_on_byte_for_byte()
    {
        var (answer, head) = await SeenAsync("X-Own: \u00c3\u00bcber\r\n");
        answer.Status.ShouldBe(200, answer.Text);
        head.ShouldContain("X-Own: \u00c3\u00bcber\r\n");
    }

    /// <summary>What the API is told in a field is text, so that bytes that are none come nowhere.</summary>
    [Fact]
    public async Task Bytes_that_are_no_utf8_are_refused()
    {
        var (answer, head) = await SeenAsync("X-Own: \u00fcber\r\n");
        answer.Status.ShouldBe(400, answer.Text);
        head.ShouldBeEmpty();
    }

    [Fact]
    public async Task Fields_of_the_connection_are_not_passed_on()
    {
        var (_, head) = await SeenAsync("Keep-Alive: 5\r\nProxy-Connection: x\r\nTE: deflate\r\nX-Own: 1\r\n");
        foreach (var name in (string[])["Keep-Alive", "Proxy-Connection", "Connection: close", "TE: deflate"])
            head.ShouldNotContain(name);
        head.ShouldContain("X-Own: 1\r\n");
    }

    [Fact]
    public async Task The_service_is_told_who_asked_behind_those_that_say_so()
    {
        var (_, head) = await SeenAsync("X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Host: other\r\nX-Forwarded-Proto: gopher\r\n");
        head.ShouldContain("X-Forwarded-For: 192.0.2.1,");
        head.ShouldContain("X-Forwarded-Proto: http\r\n");
        head.ShouldNotContain("gopher");
        head.ShouldNotContain("other");
    }

    private static async Task<(RawAnswer Answer, string Head)> SeenAsync(string fields)
    {
        var seen = "";
        await using var service = await ScriptedService.StartAsync(async stream =>
        {
            seen = await stream.ReadHeadAsync();
            await stream.SayAsync(Ok);
        });
        return (await service.AskAsync(fields: fields), seen);
    }
}
