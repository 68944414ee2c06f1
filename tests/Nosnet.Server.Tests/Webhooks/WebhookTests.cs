using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

public sealed class WebhookTests
{
    [Fact]
    public async Task The_end_of_a_job_and_a_low_balance_are_told_signed()
    {
        await using var network = await StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        (await network.SendAsync(HttpMethod.Put, "/api/credits/low-balance", new { belowUsd = 99.99 })).ShouldSucceed();
        var (_, secret) = await RegisterAsync(network, receiver.Url);
        secret.ShouldStartWith("whsec_");
        var job = await network.PostJobAsync();
        (await network.PostAsync($"/api/jobs/{job}/stop")).ShouldSucceed();

        var got = await receiver.GetsAsync(2);
        got.ShouldAllBe(m => WebhookSignature.IsValid(secret, m.Id, m.Timestamp, m.Signature, m.Body, TimeProvider.System.GetUtcNow()));
        got.Select(m => m.Json.GetProperty("type").GetString()).ShouldBe([AccountEvents.BalanceLow, AccountEvents.JobEnded]);
        var ended = got[1].Json.GetProperty("data");
        ended.GetProperty("job").GetString().ShouldBe(job);
        ended.GetProperty("status").GetString().ShouldBe("stopped");
        ended.GetProperty("reason").GetString().ShouldBe("stopped_by_owner");
        got[0].Id.ShouldNotBe(got[1].Id);
    }

    [Fact]
    public async Task What_was_not_taken_is_sent_again_under_the_same_id_and_the_log_says_so()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var network = await StartAsync(time: time);
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.AnswerWith(HttpStatusCode.InternalServerError);
        var (id, _) = await RegisterAsync(network, receiver.Url);
        await EndAJobAsync(network);
        await DeliveriesAsync(network, id, 1);
        receiver.AnswerWith(HttpStatusCode.NoContent);

        var log = await DeliveriesAsync(network, id, 2, time, TimeSpan.FromSeconds(6));
        log.Select(d => d.GetProperty("outcome").GetString()).ShouldBe(["delivered", "retrying"]);
        log.Select(d => d.GetProperty("status").GetInt32()).ShouldBe([204, 500]);
        log[1].GetProperty("error").GetString().ShouldBe("It answered 500.");
        receiver.Received.Select(m => m.Id).Distinct().ShouldHaveSingleItem().ShouldBe(log[0].GetProperty("messageId").GetString());
    }

    [Fact]
    public async Task A_message_is_given_up_after_a_day()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var network = await StartAsync(time: time);
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.AnswerWith(HttpStatusCode.ServiceUnavailable);
        var (id, _) = await RegisterAsync(network, receiver.Url);
        await EndAJobAsync(network);
        await DeliveriesAsync(network, id, 1);
        (await DeliveriesAsync(network, id, 2, time, TimeSpan.FromHours(25)))[0].GetProperty("outcome").GetString().ShouldBe("given_up");
    }

    [Fact]
    public async Task Redirects_are_not_followed()
    {
        await using var network = await StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.AnswerWith(HttpStatusCode.Found);
        var (id, _) = await RegisterAsync(network, receiver.Url);
        await EndAJobAsync(network);
        (await DeliveriesAsync(network, id, 1))[0].GetProperty("error").GetString()!.ShouldContain("Redirects are not followed");
        receiver.Received.ShouldAllBe(m => m.Path == "/hook");
    }

    [Fact]
    public async Task A_slow_receiver_holds_up_nobody_else()
    {
        // A clock that stands still: the slow one is never given up.
        await using var network = await StartAsync(time: new FakeTimeProvider(TimeProvider.System.GetUtcNow()));
        await using var slow = await WebhookReceiver.StartAsync();
        await using var quick = await WebhookReceiver.StartAsync();
        slow.Answer = static http => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted);
        await RegisterAsync(network, slow.Url);
        await RegisterAsync(network, quick.Url);
        await EndAJobAsync(network);
        await EndAJobAsync(network);
        await quick.GetsAsync(2);
        slow.Received.Count.ShouldBeLessThanOrEqualTo(1);
    }

    [Fact]
    public async Task What_happened_while_the_server_was_down_or_failed_to_send_comes_after_its_restart()
    {
        var directory = TestNetwork.NewDirectory();
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.AnswerWith(HttpStatusCode.BadGateway);
        try
        {
            string id;
            await using (var network = await StartAsync(directory))
            {
                (id, _) = await RegisterAsync(network, receiver.Url);
                await EndAJobAsync(network);
                await DeliveriesAsync(network, id, 1);
            }

            var first = receiver.Received.First().Id;
            receiver.AnswerWith(HttpStatusCode.OK);
            await using (var network = await StartAsync(directory))
            {
                await EndAJobAsync(network);
                var log = await DeliveriesAsync(network, id, log => log.Count(IsDelivered) == 2);
                log.ShouldContain(d => d.GetProperty("messageId").GetString() == first && IsDelivered(d));
            }
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task A_URL_that_leads_to_no_public_place_is_refused()
    {
        await using var network = await TestNetwork.StartAsync();
        string?[] urls =
        [
            "http://169.254.169.254/latest/meta-data",
            "http://127.0.0.1:8080/",
            "http://localhost/",
            "http://10.0.0.1/",
            "http://192.168.1.1/",
            "http://[::1]/",
            "http://[fe80::1]/",
            "http://[::ffff:169.254.169.254]/",
            "http://[64:ff9b::a9fe:a9fe]/",
            "http://2852039166/",
            "http://0.0.0.0/",
            "https://user:password@example.com/",
            "ftp://example.com/",
            "nonsense",
            null,
        ];
        foreach (var url in urls)
            (await network.PostAsync("/api/webhooks", new { url })).ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.WebhookUrlRefused);
        (await network.GetAsync("/api/webhooks")).Json.GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task An_address_is_checked_again_where_the_connection_is_made()
    {
        var directory = TestNetwork.NewDirectory();
        await using var receiver = await WebhookReceiver.StartAsync();
        try
        {
            string id;
            await using (var network = await StartAsync(directory))
                (id, _) = await RegisterAsync(network, receiver.Url);
            // What was public or allowed when it was registered is not any more.
            await using (var strict = await TestNetwork.StartAsync(directory: directory))
            {
                await EndAJobAsync(strict);
                (await DeliveriesAsync(strict, id, 1))[0].GetProperty("error").GetString()!.ShouldEndWith(
                    "has the address 127.0.0.1, which is not on the public internet, so no webhook goes there. The operator of this network can allow that: nosnet serve --allow-webhook 127.0.0.1.");
            }

            receiver.Received.ShouldBeEmpty();
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task Webhooks_are_their_accounts_own_and_their_secrets_in_plain_nowhere()
    {
        var directory = TestNetwork.NewDirectory();
        try
        {
            await using var network = await StartAsync(directory);
            await using var receiver = await WebhookReceiver.StartAsync();
            var (id, secret) = await RegisterAsync(network, receiver.Url);
            var (other, _) = await network.NewAccountAsync();
            (await network.GetAsync("/api/webhooks", other)).Json.GetArrayLength().ShouldBe(0);
            (await network.GetAsync($"/api/webhooks/{id}/deliveries", other)).ShouldRefuse(HttpStatusCode.NotFound, ErrorCode.WebhookNotFound);
            (await network.SendAsync(HttpMethod.Delete, $"/api/webhooks/{id}", key: other)).ShouldRefuse(HttpStatusCode.NotFound, ErrorCode.WebhookNotFound);
            (await network.GetAsync("/api/webhooks")).Text.ShouldNotContain("whsec_");
            foreach (var file in Directory.GetFiles(directory, "webhooks.db*"))
            {
                await using var open = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                using var bytes = new MemoryStream();
                await open.CopyToAsync(bytes, TestNetwork.Cancellation);
                bytes.ToArray().AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret["whsec_".Length..])).ShouldBe(-1, file);
            }

            (await network.SendAsync(HttpMethod.Delete, $"/api/webhooks/{id}")).ShouldSucceed();
            await EndAJobAsync(network);
            receiver.Received.ShouldBeEmpty();
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task An_account_has_ten_webhooks_for_events_that_there_are()
    {
        await using var network = await StartAsync();
        (await network.PostAsync("/api/webhooks", new { url = "http://127.0.0.1:1/", events = new[] { "job.eaten" } })).ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.InvalidParameter);
        for (var i = 0; i < 10; i++)
            await RegisterAsync(network, "http://127.0.0.1:1/");
        (await network.PostAsync("/api/webhooks", new { url = "http://127.0.0.1:1/" })).ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.InvalidParameter).Error.ShouldContain("10 webhooks at most");
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 30)]
    [InlineData(6, 3_600)]
    [InlineData(50, 14_400)]
    public void Pauses_grow_and_end_after_a_day(int attempts, int seconds)
    {
        var now = DateTimeOffset.UnixEpoch;
        WebhookRetries.Next(now, attempts, now, spread: 0.5).ShouldBe(now.AddSeconds(seconds));
        WebhookRetries.Next(now, attempts, now.AddHours(24).AddSeconds(-1), spread: 0.5).ShouldBe(now.AddHours(24));
        WebhookRetries.Next(now, attempts, now.AddHours(24), spread: 0.5).ShouldBeNull();
    }

    private static Task<TestNetwork> StartAsync(string? directory = null, FakeTimeProvider? time = null) =>
        TestNetwork.StartAsync(o => o with { AllowedWebhookHosts = ["127.0.0.1"] }, time, directory);

    private static async Task<(string Id, string Secret)> RegisterAsync(TestNetwork network, string url)
    {
        var made = (await network.PostAsync("/api/webhooks", new { url })).ShouldSucceed().Json;
        return (made.GetProperty("id").GetString()!, made.GetProperty("secret").GetString()!);
    }

    private static async Task EndAJobAsync(TestNetwork network) => (await network.PostAsync($"/api/jobs/{await network.PostJobAsync()}/stop")).ShouldSucceed();

    private static bool IsDelivered(JsonElement attempt) => attempt.GetProperty("outcome").GetString() == "delivered";

    private static Task<List<JsonElement>> DeliveriesAsync(TestNetwork network, string id, int count) => DeliveriesAsync(network, id, log => log.Count >= count);

    /// <summary>The attempts, once there are so many. Time passes until then: who sends may only be about to wait for it.</summary>
    private static Task<List<JsonElement>> DeliveriesAsync(TestNetwork network, string id, int count, FakeTimeProvider time, TimeSpan step) =>
        DeliveriesAsync(network, id, log =>
        {
            if (log.Count >= count)
                return true;
            time.Advance(step);
            return false;
        });

    /// <summary>The attempts, the newest first, once they are as wanted.</summary>
    private static Task<List<JsonElement>> DeliveriesAsync(TestNetwork network, string id, Func<List<JsonElement>, bool> wanted) => Eventually.SeesAsync(
        async () => (await network.GetAsync($"/api/webhooks/{id}/deliveries")).ShouldSucceed().Json.EnumerateArray().ToList(), wanted, "the attempts are noted");
}
