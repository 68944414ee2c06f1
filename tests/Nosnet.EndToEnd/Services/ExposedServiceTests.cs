using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Nosnet.Client;
using Nosnet.Protocol;
using Nosnet.TestService;

namespace Nosnet.EndToEnd;

public sealed class ExposedServiceTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private const long Large = 64L * 1024 * 1024;

    private static CancellationToken Cancelled => ServiceFixture.Cancelled;

    [Fact]
    public async Task A_page_of_busybox_is_served_under_the_address_that_clients_derive()
    {
        var (job, url) = await service.ServeAsync(new ContainerRun("web")
        {
            Image = "busybox",
            Cmd = "mkdir /www; echo '<h1>hi</h1>' >/www/index.html; exec httpd -f -p 8080 -h /www",
            Expose = 8080,
        });

        url.ShouldContain(EndpointId.Of(job.Address, 0, 8080));
        (await service.Http.GetStringAsync(url + "/", Cancelled)).ShouldBe("<h1>hi</h1>\n");
        using var missing = await service.Http.GetAsync(new Uri(url + "/missing"), Cancelled);
        missing.StatusCode.ShouldBe(HttpStatusCode.NotFound);

        (await EndAsync(job)).Endpoints[0].Status.ShouldBe(EndpointStatus.Offline);
    }

    [Fact]
    public async Task What_is_downloaded_is_what_was_sent()
    {
        await using var download = await service.Http.GetStreamAsync(new Uri($"{service.Url}/bytes/{Large}"), Cancelled);
        Convert.ToHexStringLower(await SHA256.HashDataAsync(download, Cancelled)).ShouldBe(await ExpectedAsync());
    }

    [Fact]
    public async Task What_is_uploaded_is_what_arrives()
    {
        using var content = new PatternContent(Large);
        using var answer = await service.Http.PostAsync(new Uri($"{service.Url}/sum"), content, Cancelled);
        (await answer.Content.ReadAsStringAsync(Cancelled)).ShouldBe(await ExpectedAsync());
    }

    [Fact]
    public async Task An_upload_that_pauses_does_not_hold_up_another()
    {
        using var pausing = new PatternContent(Large) { Until = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) };
        var first = service.Http.PostAsync(new Uri($"{service.Url}/sum"), pausing, Cancelled);
        await pausing.Began.WaitAsync(Cancelled);
        using var content = new PatternContent(Large);
        using (var second = await service.Http.PostAsync(new Uri($"{service.Url}/sum"), content, Cancelled))
            (await second.Content.ReadAsStringAsync(Cancelled)).ShouldBe(await ExpectedAsync());
        first.IsCompleted.ShouldBeFalse();

        pausing.Until.SetResult();
        using var answer = await first;
        (await answer.Content.ReadAsStringAsync(Cancelled)).ShouldBe(await ExpectedAsync());
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
        await socket.ConnectAsync(new Uri(service.Url.Replace("http:", "ws:", StringComparison.Ordinal) + "/echo"), service.Sockets, Cancelled);
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < count; i++)
                await socket.SendAsync(Encoding.UTF8.GetBytes(Message(i)), WebSocketMessageType.Text, endOfMessage: true, Cancelled);
        }, Cancelled);

        var buffer = new byte[4096];
        for (var i = 0; i < count; i++)
        {
            var length = 0;
            ValueWebSocketReceiveResult piece;
            do
            {
                piece = await socket.ReceiveAsync(buffer.AsMemory(length), Cancelled);
                length += piece.Count;
            }
            while (!piece.EndOfMessage);
            Encoding.UTF8.GetString(buffer, 0, length).ShouldBe(Message(i));
        }
        await sending;
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Cancelled);
        socket.CloseStatus.ShouldBe(WebSocketCloseStatus.NormalClosure);
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
            Cmd = "exec httpd -f -p 8080",
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

    private static string Message(int number) => string.Create(CultureInfo.InvariantCulture, $"{number} {new string('x', number % 1000)}");

    private static async Task<string> ExpectedAsync()
    {
        using var hash = SHA256.Create();
        await using (var stream = new CryptoStream(Stream.Null, hash, CryptoStreamMode.Write))
            await Pattern.WriteAsync(stream, Large, Cancelled);
        return Convert.ToHexStringLower(hash.Hash!);
    }

    /// <summary>A body that may stop after its first piece until it is let go on.</summary>
    private sealed class PatternContent(long count) : HttpContent
    {
        private readonly TaskCompletionSource _began = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource? Until { get; init; }

        public Task Began => _began.Task;

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            if (Until is not null)
            {
                await stream.FlushAsync(Cancelled);
                _began.TrySetResult();
                await Until.Task;
            }
            await Pattern.WriteAsync(stream, count, Cancelled);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = count;
            return true;
        }
    }
}
