using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Nosnet.Client;
using Nosnet.Protocol;
using Nosnet.TestService;

namespace Nosnet.EndToEnd;

[Collection(ServiceTests.Name)]
public sealed class ExposedServiceTests(ServiceFixture service)
{
    private const long Large = 1024L * 1024 * 1024;
    private const long Paused = 64L * 1024 * 1024;

    private static CancellationToken Cancelled => ServiceFixture.Cancelled;

    private Uri Echo => new(service.Url.Replace("http:", "ws:", StringComparison.Ordinal) + "/echo");

    [Fact]
    public async Task A_page_of_busybox_is_served_under_the_address_that_clients_derive()
    {
        var (job, url) = await service.ServeAsync(new ContainerRun("web")
        {
            Image = "busybox",
            Cmd = ServiceFixture.UntilStopped("mkdir /www; echo '<h1>hi</h1>' >/www/index.html; httpd -p 8080 -h /www"),
            Expose = 8080,
        });

        url.ShouldContain(EndpointId.Of(job.Address, 0, 8080));
        (await service.Http.GetStringAsync(url + "/", Cancelled)).ShouldBe("<h1>hi</h1>\n");
        using var missing = await service.Http.GetAsync(new Uri(url + "/missing"), Cancelled);
        missing.StatusCode.ShouldBe(HttpStatusCode.NotFound);

        (await EndAsync(job)).Endpoints[0].Status.ShouldBe(EndpointStatus.Offline);
    }

    [Fact]
    public async Task A_gibibyte_comes_down_and_goes_up_as_it_was_sent()
    {
        var expected = await PatternContent.SumAsync(Large);
        await using (var download = await service.Http.GetStreamAsync(new Uri($"{service.Url}/bytes/{Large}"), Cancelled))
            Convert.ToHexStringLower(await SHA256.HashDataAsync(download, Cancelled)).ShouldBe(expected);
        (await SumAsync(new PatternContent(Large))).ShouldBe(expected);
    }

    [Fact]
    public async Task An_upload_that_pauses_does_not_hold_up_another()
    {
        var expected = await PatternContent.SumAsync(Paused);
        using var pausing = new PatternContent(Paused) { Until = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) };
        var first = SumAsync(pausing);
        await pausing.Began.WaitAsync(Cancelled);
        (await SumAsync(new PatternContent(Paused))).ShouldBe(expected);
        first.IsCompleted.ShouldBeFalse();

        pausing.Until.SetResult();
        (await first).ShouldBe(expected);
    }

    [Fact]
    public async Task An_event_arrives_before_the_next_is_sent()
    {
        const int count = 50;
        await using var stream = await service.Http.GetStreamAsync(new Uri($"{service.Url}/events/{count}"), Cancelled);
        using var reader = new StreamReader(stream);
        var received = new List<string>();
        while (await reader.ReadLineAsync(Cancelled) is { } line)
        {
            if (!line.StartsWith("data: ", StringComparison.Ordinal))
                continue;
            received.Add(line[6..]);
            (await service.Http.PostAsync(new Uri($"{service.Url}/events/{line[6..]}"), null, Cancelled)).Dispose();
        }
        received.ShouldBe(Enumerable.Range(0, count).Select(i => i.ToString(CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task A_thousand_messages_come_back_through_a_web_socket_in_their_order()
    {
        const int count = 1000;
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(Echo, service.Sockets, Cancelled);
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < count; i++)
                await socket.SendAsync(Encoding.UTF8.GetBytes(Message(i)), WebSocketMessageType.Text, endOfMessage: true, Cancelled);
        }, Cancelled);

        for (var i = 0; i < count; i++)
            (await ReceiveAsync(socket)).ShouldBe(Message(i));
        await sending;
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Cancelled);
        socket.CloseStatus.ShouldBe(WebSocketCloseStatus.NormalClosure);
    }

    [Fact]
    public async Task Two_thousand_web_sockets_that_say_nothing_stop_no_request_and_can_still_be_used()
    {
        const int count = 2000;
        var sockets = new ClientWebSocket[count];
        try
        {
            await Parallel.ForAsync(0, count, Cancelled, async (i, cancellation) =>
                await (sockets[i] = new ClientWebSocket()).ConnectAsync(Echo, service.Sockets, cancellation));

            var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => service.Http.GetStringAsync(service.Url, Cancelled)));
            answers.ShouldAllBe(answer => answer == "hello");
            foreach (var i in (int[])[0, count / 2, count - 1])
                (await EchoAsync(sockets[i], Message(i))).ShouldBe(Message(i));
            sockets.ShouldAllBe(socket => socket.State == WebSocketState.Open);
        }
        finally
        {
            foreach (var socket in sockets)
                socket?.Dispose();
        }
    }

    [Fact]
    public async Task A_service_that_falls_ill_goes_offline_and_comes_back_online()
    {
        await SetHealthAsync("down");
        await LiveNetwork.UntilAsync(service.Job, j => j.Endpoints[0].Status is EndpointStatus.Offline);
        (await service.Http.GetStringAsync(service.Url, Cancelled)).ShouldBe("hello", "it is for its users to decide whether to ask it");

        await SetHealthAsync("up");
        await LiveNetwork.UntilAsync(service.Job, j => j.Endpoints[0].Status is EndpointStatus.Online);
    }

    [Fact]
    public async Task The_service_is_told_who_asks_and_nothing_of_how_it_is_reached()
    {
        var headers = await service.Http.GetStringAsync(new Uri($"{service.Url}/headers"), Cancelled);
        headers.ShouldContain($"Host: {new Uri(service.Url).Authority}");
        headers.ShouldContain($"X-Forwarded-Host: {new Uri(service.Url).Authority}");
        headers.ShouldContain("X-Forwarded-Proto: http");
        headers.ShouldContain("X-Forwarded-For: ");
        headers.ShouldNotContain("Nosnet-", Case.Insensitive);
        headers.ShouldNotContain("traceparent", Case.Insensitive);
    }

    [Fact]
    public async Task What_a_service_is_asked_is_in_nobodys_log()
    {
        var before = service.Printed.Length;
        (await service.Http.GetAsync(new Uri($"{service.Url}/some/path?token=sesame"), Cancelled)).Dispose();
        service.Printed[before..].ShouldNotContain("sesame");
        service.Printed[before..].ShouldNotContain("/some/path");
    }

    [Fact]
    public async Task The_first_words_of_a_web_socket_can_be_what_shows_that_a_service_is_up()
    {
        var (job, url) = await service.ServeAsync(new ContainerRun("service")
        {
            Image = ServiceImage.Name,
            Expose = new ExposedPort(8080) { HealthChecks = [new WebSocketCheck("hello")] },
        });
        (await service.Http.GetStringAsync(url, Cancelled)).ShouldBe("hello");
        await EndAsync(job);
    }

    [Fact]
    public async Task A_port_at_which_nobody_listens_is_offline_and_says_so()
    {
        var (job, _) = await service.ServeAsync(new ContainerRun("web")
        {
            Image = "busybox",
            Cmd = ServiceFixture.UntilStopped("httpd -p 8080"),
            Expose = [8080, new ExposedPort(9090) { HealthChecks = [new WebSocketCheck("hello")] }],
        });
        var seen = await job.GetAsync(Cancelled);
        seen.Endpoints.Select(e => (e.Port, e.Status)).ShouldBe([(8080, EndpointStatus.Online), (9090, EndpointStatus.Offline)]);
        using var silent = await service.Http.GetAsync(new Uri(seen.Endpoints[1].Url), Cancelled);
        silent.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await silent.Content.ReadAsStringAsync(Cancelled)).ShouldStartWith("Nothing takes connections at this port");
        await EndAsync(job);
    }

    private static async Task<Job> EndAsync(JobHandle job)
    {
        await job.StopAsync(Cancelled);
        return await LiveNetwork.UntilAsync(job, j => j.HasEnded);
    }

    private async Task SetHealthAsync(string health) =>
        (await service.Http.PostAsync(new Uri($"{service.Url}/health/{health}"), null, Cancelled)).Dispose();

    private static async Task<string> EchoAsync(ClientWebSocket socket, string message)
    {
        await socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, endOfMessage: true, Cancelled);
        return await ReceiveAsync(socket);
    }

    private static async Task<string> ReceiveAsync(ClientWebSocket socket)
    {
        var buffer = new byte[4096];
        var length = 0;
        ValueWebSocketReceiveResult piece;
        do
        {
            piece = await socket.ReceiveAsync(buffer.AsMemory(length), Cancelled);
            length += piece.Count;
        }
        while (!piece.EndOfMessage);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    private static string Message(int number) => string.Create(CultureInfo.InvariantCulture, $"{number} {new string('x', number % 1000)}");

    private async Task<string> SumAsync(PatternContent content)
    {
        using var answer = await service.Http.PostAsync(new Uri($"{service.Url}/sum"), content, Cancelled);
        return await answer.Content.ReadAsStringAsync(Cancelled);
    }
}
