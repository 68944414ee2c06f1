namespace Nosnet.Server.Tests;

/// <summary>Connections that become something else than HTTP.</summary>
public sealed class UpgradeTests
{
    private const string Switching = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

    [Fact]
    public async Task What_is_said_right_behind_it_comes_and_both_ways_are_open()
    {
        await using var service = await ScriptedService.StartAsync(async stream =>
        {
            (await stream.ReadHeadAsync()).ShouldContain("Upgrade: websocket\r\n", Case.Insensitive);
            await stream.SayAsync(Switching + "hello");
            var heard = await stream.ReadUntilAsync("!");
            await stream.SayAsync($" {heard} bye");
        });
        await using var asking = await service.DialAsync(Asking(service));
        var text = await asking.ReadUntilAsync("hello");
        text.ShouldStartWith("HTTP/1.1 101 ");
        await asking.SayAsync("\u00ff\0!");
        var (rest, isBroken) = await asking.ReadToEndAsync();
        rest.ShouldBe(" \u00ff\0! bye");
        isBroken.ShouldBeFalse();
    }

    [Fact]
    public async Task A_service_that_does_not_want_it_answers_as_always()
    {
        await using var service = await ScriptedService.SayingAsync("HTTP/1.1 426 Upgrade Required\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno");
        await using var asking = await service.DialAsync(Asking(service));
        (await asking.ReadUntilAsync("no")).ShouldStartWith("HTTP/1.1 426 ");
    }

    private static string Asking(ScriptedService service) => $"GET / HTTP/1.1\r\nHost: {service.Host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
}
