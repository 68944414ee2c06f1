using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Nosnet.Client.Tests;

public sealed class TransportTests
{
    private const string Balance = """{"assignedCredits":10,"reservedCredits":1,"settledCredits":2}""";

    private static readonly string Stopped = $$"""{"tx":"T","job":"{{Sample.Job}}","delisted":true,"outcome":"delisted","status":"stopped"}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(429)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task A_read_is_made_again_when_the_network_is_busy(int status)
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/credits/balance", "{}", status);
        network.Answer("GET /api/credits/balance", Balance);
        using var client = network.Client();
        (await client.Credits.BalanceAsync(Cancellation)).AvailableCredits.ToString().ShouldBe("$7.000");
        network.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_read_is_made_four_times_at_most()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/credits/balance", """{"message":"Not now."}""", 503);
        using var client = network.Client();
        (await Should.ThrowAsync<NosanaUnavailableException>(() => client.Credits.BalanceAsync(Cancellation))).Message.ShouldBe("Not now.");
        network.Requests.Count.ShouldBe(4);
    }

    [Fact]
    public async Task The_time_that_the_server_asks_for_is_kept()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/credits/balance", "{}", 429, headers: ("Retry-After", "7"));
        network.Answer("GET /api/credits/balance", Balance);
        var clock = new SkippingClock();
        using var client = network.Client(o => o.TimeProvider = clock);
        await client.Credits.BalanceAsync(Cancellation);
        clock.Pauses.ShouldBe([TimeSpan.FromSeconds(7)]);
    }

    [Fact]
    public async Task Who_is_asked_to_wait_for_long_is_told_so()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/credits/balance", """{"message":"Come back later."}""", 429, headers: ("Retry-After", "600"));
        using var client = network.Client();
        var refused = await Should.ThrowAsync<NosanaUnavailableException>(() => client.Credits.BalanceAsync(Cancellation));
        refused.RetryAfter.ShouldBe(TimeSpan.FromMinutes(10));
        network.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_write_that_was_one_too_many_is_made_again_since_nothing_of_it_was_done()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"POST /api/jobs/{Sample.Job}/stop", "{}", 429, headers: ("Retry-After", "1"));
        network.Answer($"POST /api/jobs/{Sample.Job}/stop", $$"""{"tx":"T","job":"{{Sample.Job}}","delisted":true,"outcome":"delisted","status":"stopped"}""");
        using var client = network.Client();
        await client.Jobs.StopAsync(Sample.Job, Cancellation);
        network.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_stream_is_not_sent_again_since_it_was_read()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("POST /pinning/pinFileToIPFS", "{}", 429, headers: ("Retry-After", "1"));
        using var client = network.Client();
        await Should.ThrowAsync<NosanaUnavailableException>(() => client.Ipfs.AddAsync(new MemoryStream([1]), Cancellation));
        network.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task A_write_is_made_again_under_the_same_key_when_the_network_fails(int status)
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"POST /api/jobs/{Sample.Job}/stop", "{}", status);
        network.Answer($"POST /api/jobs/{Sample.Job}/stop", Stopped);
        using var client = network.Client();
        await client.Jobs.StopAsync(Sample.Job, Cancellation);
        network.Requests.Count.ShouldBe(2);
        network.Requests[0].Header("Idempotency-Key").ShouldNotBeNullOrEmpty();
        network.Requests[1].Header("Idempotency-Key").ShouldBe(network.Requests[0].Header("Idempotency-Key"));
    }

    [Fact]
    public async Task A_write_whose_answer_is_lost_is_made_again_under_the_same_key()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"POST /api/jobs/{Sample.Job}/stop", Abort);
        network.Answer($"POST /api/jobs/{Sample.Job}/stop", Stopped);
        using var client = network.Client();
        await client.Jobs.StopAsync(Sample.Job, Cancellation);
        network.Requests.Select(r => r.Header("Idempotency-Key")).Distinct().Count().ShouldBe(1);
        network.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Two_writes_have_two_keys()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"POST /api/jobs/{Sample.Job}/stop", Stopped);
        using var client = network.Client();
        await client.Jobs.StopAsync(Sample.Job, Cancellation);
        await client.Jobs.StopAsync(Sample.Job, Cancellation);
        network.Requests.Select(r => r.Header("Idempotency-Key")).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public async Task A_write_that_is_still_under_way_is_asked_for_again()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"POST /api/jobs/{Sample.Job}/stop", """{"message":"Still under way.","code":"IDEMPOTENCY_KEY_IN_PROGRESS"}""", 409, headers: ("Retry-After", "1"));
        network.Answer($"POST /api/jobs/{Sample.Job}/stop", Stopped);
        using var client = network.OfficialClient();
        await client.Jobs.StopAsync(Sample.Job, Cancellation);
        network.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_write_to_a_network_that_may_not_keep_to_keys_is_not_made_again()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"POST /api/jobs/{Sample.Job}/stop", Abort);
        using var client = network.OfficialClient();
        var lost = await Should.ThrowAsync<NosanaConnectionException>(() => client.Jobs.StopAsync(Sample.Job, Cancellation));
        lost.MayHaveBeenCarriedOut.ShouldBeTrue();
        lost.IdempotencyKey.ShouldBeNull();
        network.Request.Header("Idempotency-Key").ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task A_write_whose_answer_is_lost_over_and_over_may_have_been_carried_out_and_can_be_asked_for_again()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"POST /api/jobs/{Sample.Job}/stop", Abort);
        using var client = network.Client();
        var lost = await Should.ThrowAsync<NosanaConnectionException>(() => client.Jobs.StopAsync(Sample.Job, Cancellation));
        lost.MayHaveBeenCarriedOut.ShouldBeTrue();
        lost.IdempotencyKey.ShouldBe(network.Requests[0].Header("Idempotency-Key"));
    }

    [Fact]
    public async Task A_busy_network_does_not_hide_that_an_answer_was_lost_before()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"POST /api/jobs/{Sample.Job}/stop", Abort);
        network.Answer($"POST /api/jobs/{Sample.Job}/stop", """{"message":"Not now."}""", 503);
        using var client = network.Client();
        (await Should.ThrowAsync<NosanaConnectionException>(() => client.Jobs.StopAsync(Sample.Job, Cancellation))).MayHaveBeenCarriedOut.ShouldBeTrue();
    }

    [Fact]
    public async Task A_write_whose_answer_breaks_off_is_made_again()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"POST /api/jobs/{Sample.Job}/stop", async context =>
        {
            context.Response.ContentLength = 1000;
            await context.Response.WriteAsync("{\"tx\":");
            await context.Response.Body.FlushAsync();
            context.Abort();
        });
        network.Answer($"POST /api/jobs/{Sample.Job}/stop", Stopped);
        using var client = network.Client();
        await client.Jobs.StopAsync(Sample.Job, Cancellation);
        network.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_write_to_nobody_was_not_carried_out()
    {
        using var taken = TestNetwork.Nobody(out var nobody);
        using var client = new NosanaClient(new() { Network = nobody, ApiKey = "nos_x" });
        var lost = await Should.ThrowAsync<NosanaConnectionException>(() => client.Jobs.StopAsync(Sample.Job, Cancellation));
        lost.MayHaveBeenCarriedOut.ShouldBeFalse();
        lost.Message.ShouldStartWith($"{nobody.GetLeftPart(UriPartial.Authority)} cannot be reached");
    }

    [Fact]
    public async Task A_read_whose_connection_is_lost_is_made_again()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/credits/balance", Abort);
        network.Answer("GET /api/credits/balance", Balance);
        using var client = network.Client();
        await client.Credits.BalanceAsync(Cancellation);
        network.Requests.Count.ShouldBeGreaterThanOrEqualTo(2);
    }

    [Fact]
    public async Task A_call_that_is_not_answered_ends_with_its_timeout()
    {
        await using var network = await TestNetwork.StartAsync();
        var arrived = new TaskCompletionSource();
        network.Answer($"POST /api/jobs/{Sample.Job}/stop", context =>
        {
            arrived.TrySetResult();
            return TestNetwork.NeverAsync(context);
        });
        var clock = new FakeTimeProvider();
        using var client = network.Client(o => o.TimeProvider = clock);
        var stopping = client.Jobs.StopAsync(Sample.Job, Cancellation);
        await arrived.Task.WaitAsync(Cancellation);
        clock.Advance(TimeSpan.FromSeconds(100));
        var late = await Should.ThrowAsync<NosanaConnectionException>(() => stopping);
        late.MayHaveBeenCarriedOut.ShouldBeTrue();
        late.Message.ShouldBe($"No answer to POST {network.Url}api/jobs/{Sample.Job}/stop within 100 s.");
    }

    [Fact]
    public async Task Whoever_cancels_gets_a_cancellation_with_their_own_token()
    {
        await using var network = await TestNetwork.StartAsync();
        var arrived = new TaskCompletionSource();
        network.Answer("GET /api/credits/balance", context =>
        {
            arrived.TrySetResult();
            return TestNetwork.NeverAsync(context);
        });
        using var client = network.Client();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var asking = client.Credits.BalanceAsync(cancel.Token);
        await arrived.Task.WaitAsync(Cancellation);
        await cancel.CancelAsync();
        (await Should.ThrowAsync<OperationCanceledException>(() => asking)).CancellationToken.ShouldBe(cancel.Token);
    }

    [Fact]
    public async Task A_redirect_on_the_same_host_is_followed_with_the_key()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/credits/balance", "", 307, headers: ("Location", "/elsewhere"));
        network.Answer("GET /elsewhere", Balance);
        using var client = network.Client();
        await client.Credits.BalanceAsync(Cancellation);
        network.Requests[1].Header("Authorization").ShouldBe("Bearer nos_test");
    }

    [Fact]
    public async Task The_key_is_not_carried_to_another_host()
    {
        await using var network = await TestNetwork.StartAsync();
        await using var other = await TestNetwork.StartAsync();
        network.Answer("GET /api/credits/balance", "", 302, headers: ("Location", $"{other.Url}steal"));
        using var client = network.Client();
        var refused = await Should.ThrowAsync<NosanaException>(() => client.Credits.BalanceAsync(Cancellation));
        refused.Message.ShouldContain($"redirected to {other.Url}steal");
        other.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_circle_of_redirects_comes_to_an_end()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/credits/balance", "", 302, headers: ("Location", "/api/credits/balance"));
        using var client = network.Client();
        (await Should.ThrowAsync<NosanaException>(() => client.Credits.BalanceAsync(Cancellation))).Message.ShouldContain("more than 5 times");
    }

    [Theory]
    [InlineData("text/html", "<html>Welcome</html>", "it is not JSON (text/html)")]
    [InlineData("application/json", "hello", "it is not JSON (application/json)")]
    [InlineData("application/json", "", "it is empty")]
    [InlineData("application/json", "false", "it is a JSON false where an object belongs")]
    [InlineData("application/json", "[]", "it is a JSON array where an object belongs")]
    [InlineData("application/json", "{}", "it lacks the assigned, reserved or settled credits")]
    public async Task A_success_that_is_none_is_refused(string type, string body, string why)
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/credits/balance", body, 200, type);
        using var client = network.Client();
        (await Should.ThrowAsync<NosanaException>(() => client.Credits.BalanceAsync(Cancellation))).Message.ShouldContain(why);
    }

    [Fact]
    public async Task An_answer_nested_without_end_is_refused()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/credits/balance", new string('[', 100_000));
        using var client = network.Client();
        await Should.ThrowAsync<NosanaException>(() => client.Credits.BalanceAsync(Cancellation));
    }

    [Fact]
    public async Task An_error_without_end_is_read_only_so_far()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/credits/balance", async context =>
        {
            context.Response.StatusCode = 500;
            var chunk = new byte[64 * 1024];
            Array.Fill(chunk, (byte)'x');
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
        });
        using var client = network.Client();
        (await Should.ThrowAsync<NosanaException>(() => client.Credits.BalanceAsync(Cancellation))).Status.ShouldBe(500);
    }

    private static Task Abort(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }
}
