using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

public sealed class NodeSocketTests
{
    [Theory]
    [InlineData("/flog")]
    [InlineData("/")]
    [InlineData("/any/path/at/all")]
    public async Task The_log_comes_from_its_first_line_as_official_clients_know_it(string dialled)
    {
        await using var scene = await NodeScene.StartAsync();
        var log = scene.Tunnel.LogOf(scene.Run);
        log.Write("Pulling busybox", op: "first", kind: LogKind.Progress);
        log.Write("a line", op: "first");
        log.Write("a complaint", op: "web", kind: LogKind.Stderr);
        using var socket = await DialAsync(scene, dialled);
        await AskAsync(socket, new { path = "/flog", header = scene.Sign(scene.Job), body = new { jobAddress = scene.Job } });

        var first = await NextAsync(socket, "flog");
        (first.GetProperty("type").GetString(), first.GetProperty("message").GetString()).ShouldBe(("info", "Pulling busybox"));
        var second = await NextAsync(socket, "flog");
        second.GetProperty("opId").GetString().ShouldBe("first");
        second.GetProperty("group").GetString().ShouldBe("one");
        second.GetProperty("type").GetString().ShouldBe("container");
        second.GetProperty("timestamp").GetInt64().ShouldBe(Results.Start.AddSeconds(1).ToUnixTimeMilliseconds());
        (await NextAsync(socket, "flog")).GetProperty("group").GetString().ShouldBe("two");
        log.Write("live", op: "web");
        (await NextAsync(socket, "flog")).GetProperty("message").GetString().ShouldBe("live");
    }

    [Fact]
    public async Task The_log_may_be_of_one_operation_one_group_or_one_type()
    {
        await using var scene = await NodeScene.StartAsync();
        var log = scene.Tunnel.LogOf(scene.Run);
        log.Write("one", op: "first");
        log.Write("two", op: "web");
        log.Write("three", op: "web", kind: LogKind.Error);
        foreach (var (filter, seen) in ((object, string)[])[(new { jobAddress = scene.Job, opId = "web" }, "two"), (new { jobAddress = scene.Job, group = "two" }, "two"), (new { jobAddress = scene.Job, type = "error" }, "three")])
        {
            using var socket = await DialAsync(scene);
            await AskAsync(socket, new { path = "/flog", header = scene.Sign(scene.Job), body = filter });
            (await NextAsync(socket, "flog")).GetProperty("message").GetString().ShouldBe(seen);
        }
    }

    [Fact]
    public async Task The_console_and_the_state_of_the_node_are_there_too()
    {
        await using var scene = await NodeScene.StartAsync();
        scene.Tunnel.LogOf(scene.Run).Write("a line", op: "first");
        using var console = await DialAsync(scene, "/log");
        // As the dashboard sends it, and with an API key.
        await AskAsync(console, new { path = "/log", headers = new { Authorization = $"Bearer {scene.OwnerKey}" }, body = new { jobAddress = scene.Job, address = scene.Job } });
        var entry = await NextAsync(console, "log");
        entry.GetProperty("log").GetString().ShouldBe("a line");
        entry.GetProperty("type").GetString().ShouldBe("log");
        entry.GetProperty("job").GetString().ShouldBe(scene.Job);

        using var state = await DialAsync(scene, "/status");
        await AskAsync(state, new { path = "/status", header = scene.Sign(scene.Job), body = new { jobAddress = scene.Job } });
        var starting = await NextAsync(state, "state");
        (starting.GetProperty("status").GetString(), starting.GetProperty("index").GetInt32()).ShouldBe(("job-starting", 0));
        (await scene.Node.StartAsync(scene.Run)).ShouldSucceed();
        (await NextAsync(state, "state")).GetProperty("status").GetString().ShouldBe("job-running");
        scene.Tunnel.LogOf(scene.Run).Complete();
        (await scene.Node.FinishAsync(scene.Run, await scene.Node.PinAsync(Results.Of("first", "a line")))).ShouldSucceed();
        (await NextAsync(state, "state")).GetProperty("status").GetString().ShouldBe("job-finishing-success");
        (await ClosedAsync(state)).ShouldBe(WebSocketCloseStatus.NormalClosure);
        (await ClosedAsync(console)).ShouldBe(WebSocketCloseStatus.NormalClosure);
    }

    [Fact]
    public async Task What_cannot_be_answered_closes_with_the_official_codes()
    {
        await using var scene = await NodeScene.StartAsync();
        var signed = scene.Sign(scene.Job);
        using var other = KeyPair.Generate();
        foreach (var (asked, code) in ((object, int)[])
        [
            (new { path = "/flog", header = signed, body = new { } }, 1007),
            (new { path = "/flog", header = signed, body = new { jobAddress = scene.Node.Address.ToString() } }, 1007),
            (new { path = "/flog", header = signed, body = new { jobAddress = "no address" } }, 1008),
            (new { path = "/else", header = signed, body = new { jobAddress = scene.Job } }, 3003),
            (new { path = "/flog", body = new { jobAddress = scene.Job } }, 3000),
            (new { path = "/log", header = SignedMessage.Create(other, scene.Job), body = new { jobAddress = scene.Job } }, 3000),
            ("no object", 1007),
        ])
        {
            using var socket = await DialAsync(scene);
            await AskAsync(socket, asked);
            ((int)await ClosedAsync(socket)).ShouldBe(code, JsonSerializer.Serialize(asked));
        }
    }

    private static async Task<ClientWebSocket> DialAsync(NodeScene scene, string path = "/")
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Host", scene.Host);
        await socket.ConnectAsync(new Uri(scene.Network.Server.Url.Replace("http", "ws", StringComparison.Ordinal) + path), TestNetwork.Cancellation);
        return socket;
    }

    private static Task AskAsync(ClientWebSocket socket, object asked) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(asked)), WebSocketMessageType.Text, endOfMessage: true, TestNetwork.Cancellation);

    /// <summary>The data of the next message, which is JSON in a text.</summary>
    private static async Task<JsonElement> NextAsync(ClientWebSocket socket, string path)
    {
        var buffer = new byte[64 * 1024];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestNetwork.Cancellation);
        limit.CancelAfter(Eventually.Deadline);
        var length = 0;
        ValueWebSocketReceiveResult piece;
        do
        {
            piece = await socket.ReceiveAsync(buffer.AsMemory(length), limit.Token);
            piece.MessageType.ShouldBe(WebSocketMessageType.Text, $"{socket.CloseStatus} {socket.CloseStatusDescription}");
            length += piece.Count;
        }
        while (!piece.EndOfMessage);
        var message = JsonElement.Parse(buffer.AsSpan(0, length));
        message.GetProperty("path").GetString().ShouldBe(path);
        return JsonElement.Parse(message.GetProperty("data").GetString()!);
    }

    private static async Task<WebSocketCloseStatus> ClosedAsync(ClientWebSocket socket)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestNetwork.Cancellation);
        limit.CancelAfter(Eventually.Deadline);
        while ((await socket.ReceiveAsync(new byte[64 * 1024], limit.Token)).MessageType is not WebSocketMessageType.Close)
        {
            // What was under way.
        }

        return socket.CloseStatus!.Value;
    }
}
