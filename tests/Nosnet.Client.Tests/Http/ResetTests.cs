using Microsoft.Extensions.DependencyInjection;
using Nosnet.Protocol;

namespace Nosnet.Client.Tests;

/// <summary>Whatever becomes of a connection, it is told by an exception of this library, in a sentence.</summary>
public sealed class ResetTests
{
    private const string Head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n";
    private const string Events = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Answers => [ResettingListener.Nothing, "", "HTTP/1.1 200 OK\r\nContent-Ty", Head, Head + """{"assignedCredits":""", "HTTP/1.1 500 Oops\r\nContent-Length: 100\r\n\r\n{"];

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task A_read_whose_connection_is_reset(string says)
    {
        using var listener = new ResettingListener(says);
        using var client = Client(listener);
        var lost = await Should.ThrowAsync<NosanaException>(() => client.Credits.BalanceAsync(Cancellation));
        lost.Message.ShouldEndWith(".");
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task A_write_whose_connection_is_reset(string says)
    {
        using var listener = new ResettingListener(says);
        using var client = Client(listener);
        var lost = await Should.ThrowAsync<NosanaException>(() => client.Jobs.StopAsync(Sample.Job, Cancellation));
        lost.Message.ShouldEndWith(".");
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task A_file_that_is_sent_while_its_connection_is_reset(string says)
    {
        using var listener = new ResettingListener(says);
        using var client = Client(listener);
        await Should.ThrowAsync<NosanaException>(() => client.Ipfs.AddAsync(new MemoryStream(new byte[10_000_000]), Cancellation));
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task A_file_whose_connection_is_reset_while_it_is_saved(string says)
    {
        using var listener = new ResettingListener(says);
        using var client = Client(listener);
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await Should.ThrowAsync<NosanaException>(() => client.Ipfs.SaveAsync(Cid.Parse(Sample.Cid), path, Cancellation));
        File.Exists(path).ShouldBeFalse();
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task A_file_whose_connection_is_reset_while_it_is_read(string says)
    {
        using var listener = new ResettingListener(says);
        using var client = Client(listener);
        await Should.ThrowAsync<NosanaException>(async () =>
        {
            await using var content = await client.Ipfs.GetAsync(Cid.Parse(Sample.Cid), Cancellation);
            await content.CopyToAsync(Stream.Null, Cancellation);
        });
    }

    [Theory]
    [MemberData(nameof(Answers))]
    [InlineData(Events)]
    [InlineData(Events + "event: state\ndata: {\"st")]
    public async Task A_stream_whose_connection_is_reset_again_and_again(string says)
    {
        using var listener = new ResettingListener(says);
        using var client = Client(listener);
        await Should.ThrowAsync<NosanaException>(() => client.Jobs.WaitAsync(Sample.Job, Cancellation));
    }

    [Fact]
    public async Task A_connection_that_is_not_made_in_time()
    {
        var services = new ServiceCollection();
        services.AddNosanaClient(o => (o.ApiKey, o.Network, o.TimeProvider) = ("nos_test", new Uri("http://192.0.2.1"), new SkippingClock())).ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromMilliseconds(1),
            ConnectCallback = static async (_, cancellation) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
                return Stream.Null;
            },
        });
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<NosanaClient>();

        var lost = await Should.ThrowAsync<NosanaConnectionException>(() => client.Jobs.StopAsync(Sample.Job, Cancellation));

        lost.Message.ShouldStartWith("http://192.0.2.1 cannot be reached: ");
        lost.MayHaveBeenCarriedOut.ShouldBeFalse();
    }

    [Fact]
    public async Task An_answer_that_does_not_come_within_the_HTTP_clients_own_time_may_be_to_something_that_was_done()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"POST /api/jobs/{Sample.Job}/stop", TestNetwork.NeverAsync);
        var services = new ServiceCollection();
        services.AddNosanaClient(o => (o.ApiKey, o.Network, o.TimeProvider) = ("nos_test", network.Url, new SkippingClock()))
            .ConfigureHttpClient(http => http.Timeout = TimeSpan.FromMilliseconds(200));
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<NosanaClient>();

        var lost = await Should.ThrowAsync<NosanaConnectionException>(() => client.Jobs.StopAsync(Sample.Job, Cancellation));

        lost.Message.ShouldBe($"The connection was lost during POST {network.Url}api/jobs/{Sample.Job}/stop: The request was canceled due to the configured HttpClient.Timeout of 0.2 seconds elapsing.");
        lost.MayHaveBeenCarriedOut.ShouldBeTrue();
        lost.IdempotencyKey.ShouldNotBeNull();
        // Those of which the network has seen nothing were given up before it came to them.
        network.Requests.ShouldAllBe(r => r.Header("Idempotency-Key") == lost.IdempotencyKey);
    }

    [Fact]
    public async Task A_handler_that_gives_up_waiting_says_nothing_of_what_was_done()
    {
        var services = new ServiceCollection();
        services.AddNosanaClient(o => (o.ApiKey, o.Network, o.TimeProvider) = ("nos_test", new Uri("http://192.0.2.1"), new SkippingClock()))
            .AddHttpMessageHandler(() => new Impatient());
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<NosanaClient>();

        (await Should.ThrowAsync<NosanaConnectionException>(() => client.Jobs.StopAsync(Sample.Job, Cancellation))).MayHaveBeenCarriedOut.ShouldBeTrue();
    }

    private sealed class Impatient : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            throw new TaskCanceledException("Too slow.", new TimeoutException("The handler's time is up."));
    }

    private static NosanaClient Client(ResettingListener listener) =>
        new(new NosanaClientOptions { ApiKey = "nos_test", Network = listener.Url, TimeProvider = new SkippingClock() });
}
