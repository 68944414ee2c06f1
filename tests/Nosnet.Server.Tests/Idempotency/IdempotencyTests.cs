using System.Net;
using System.Text;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

public sealed class IdempotencyTests
{
    [Fact]
    public async Task A_post_that_is_sent_again_is_answered_byte_for_byte_and_paid_once()
    {
        await using var network = await TestNetwork.StartAsync();
        var body = await BodyAsync(network);

        var first = (await SendAsync(network, "/api/jobs/list", body, "order-17")).ShouldSucceed();
        using var node = await SimulatedNode.JoinedAsync(network);
        var second = (await SendAsync(network, "/jobs/list", body, "order-17")).ShouldSucceed();

        second.Bytes.ShouldBe(first.Bytes);
        second.ContentHeaders.ContentType.ShouldBe(first.ContentHeaders.ContentType);
        first.Headers.Contains("Idempotency-Replayed").ShouldBeFalse();
        second.Headers.GetValues("Idempotency-Replayed").ShouldBe(["true"]);
        (await network.GetAsync("/api/jobs")).Json.GetProperty("totalJobs").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task The_answer_is_the_one_that_a_post_without_a_key_gets()
    {
        await using var network = await TestNetwork.StartAsync();
        var body = await BodyAsync(network);

        var with = (await SendAsync(network, "/api/jobs/list", body, "k")).ShouldSucceed();
        var without = (await network.PostAsync("/api/jobs/list", body)).ShouldSucceed();

        with.Json.EnumerateObject().Select(p => p.Name).ShouldBe(without.Json.EnumerateObject().Select(p => p.Name));
        with.ContentHeaders.ContentType.ShouldBe(without.ContentHeaders.ContentType);
    }

    [Fact]
    public async Task Posts_under_one_key_at_once_make_one_job()
    {
        await using var network = await TestNetwork.StartAsync();
        var body = await BodyAsync(network);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => SendAsync(network, "/api/jobs/list", body, "k")));

        answers.Select(a => a.ShouldSucceed().Text).Distinct().Count().ShouldBe(1);
        (await network.GetAsync("/api/jobs")).Json.GetProperty("totalJobs").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused_with_a_key_whatever_the_route_does_with_it()
    {
        await using var network = await TestNetwork.StartAsync();
        var job = await network.PostJobAsync();

        (await SendAsync(network, $"/api/jobs/{job}/stop", new string(' ', 1_100_000), "k")).ShouldRefuse(HttpStatusCode.RequestEntityTooLarge, ErrorCode.TooLarge);

        (await network.GetAsync($"/api/jobs/{job}")).Json.GetProperty("status").GetString().ShouldBe("pending");
        (await SendAsync(network, $"/api/jobs/{job}/stop", "", "k")).ShouldSucceed();
    }

    [Fact]
    public async Task Another_body_or_route_under_the_key_is_refused()
    {
        await using var network = await TestNetwork.StartAsync();
        var body = await BodyAsync(network);
        var job = (await SendAsync(network, "/api/jobs/list", body, "k")).ShouldSucceed().Json.GetProperty("job").GetString();

        (await SendAsync(network, "/api/jobs/list", body + " ", "k")).ShouldRefuse(HttpStatusCode.Conflict, ErrorCode.IdempotencyKeyPayloadMismatch);
        (await SendAsync(network, "/api/jobs/list", "{}", "k")).ShouldRefuse(HttpStatusCode.Conflict, ErrorCode.IdempotencyKeyPayloadMismatch);
        (await SendAsync(network, $"/api/jobs/{job}/stop", null, "k")).ShouldRefuse(HttpStatusCode.Conflict, ErrorCode.IdempotencyKeyPayloadMismatch);
    }

    [Fact]
    public async Task Another_accounts_key_is_another_key()
    {
        await using var network = await TestNetwork.StartAsync();
        var (user, _) = await network.NewAccountAsync(credits: 1);
        var body = await BodyAsync(network);

        await SendAsync(network, "/api/jobs/list", body, "k");
        (await SendAsync(network, "/api/jobs/list", body, "k", user)).ShouldSucceed().Headers.Contains("Idempotency-Replayed").ShouldBeFalse();
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("")]
    [InlineData("tab\tbed")]
    public async Task A_key_that_is_none_is_refused(string key)
    {
        await using var network = await TestNetwork.StartAsync();
        (await SendAsync(network, "/api/jobs/list", "{}", key)).ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.InvalidParameter).Error.ShouldContain("255");
        (await SendAsync(network, "/api/jobs/list", "{}", new string('k', 256))).ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.InvalidParameter);
    }

    [Fact]
    public async Task A_stop_an_extension_and_a_grant_are_done_once()
    {
        await using var network = await TestNetwork.StartAsync();
        var job = await network.PostJobAsync();
        foreach (var (path, body) in ((string, string?)[])[($"/api/jobs/{job}/extend", """{"seconds":60}"""), ($"/api/jobs/{job}/stop", null), ("/api/credits/grant", """{"amount":5}""")])
        {
            var first = (await SendAsync(network, path, body, path)).ShouldSucceed();
            var balance = await network.BalanceAsync();
            (await SendAsync(network, path, body, path)).Text.ShouldBe(first.Text);
            (await network.BalanceAsync()).ShouldBe(balance);
        }
    }

    [Fact]
    public async Task What_was_done_is_answered_again_although_it_could_not_be_done_now()
    {
        await using var network = await TestNetwork.StartAsync();
        var rename = (await SendAsync(network, "/api/markets/default", """{"slug":"renamed"}""", "rename", method: HttpMethod.Patch)).ShouldSucceed();
        var key = (await network.PostAsync("/api/api-keys", new { name = "k" })).Json.GetProperty("id").GetString();
        var delete = (await SendAsync(network, $"/api/api-keys/{key}", null, "delete", method: HttpMethod.Delete)).ShouldSucceed();

        (await SendAsync(network, "/api/markets/default", """{"slug":"renamed"}""", "rename", method: HttpMethod.Patch)).Text.ShouldBe(rename.Text);
        (await SendAsync(network, $"/api/api-keys/{key}", null, "delete", method: HttpMethod.Delete)).Text.ShouldBe(delete.Text);
        (await network.SendAsync(HttpMethod.Delete, $"/api/api-keys/{key}")).ShouldRefuse(HttpStatusCode.NotFound, ErrorCode.ApiKeyNotFound);
    }

    [Fact]
    public async Task A_new_api_key_is_told_again_and_is_nowhere_in_the_store()
    {
        await using var network = await TestNetwork.StartAsync();
        var first = (await SendAsync(network, "/api/api-keys", """{"name":"k"}""", "new-key")).ShouldSucceed();
        (await SendAsync(network, "/api/api-keys", """{"name":"k"}""", "new-key")).Bytes.ShouldBe(first.Bytes);

        var text = first.Json.GetProperty("key").GetString()!;
        (await network.GetAsync("/api/credits/balance", text)).ShouldSucceed();
        (await network.GetAsync("/api/api-keys")).Json.GetArrayLength().ShouldBe(2);
        foreach (var file in Directory.EnumerateFiles(network.Directory, "network.db*"))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var copy = new MemoryStream();
            await stream.CopyToAsync(copy, TestNetwork.Cancellation);
            copy.GetBuffer().AsSpan(0, (int)copy.Length).IndexOf(Encoding.UTF8.GetBytes(text)).ShouldBe(-1);
        }
    }

    [Fact]
    public async Task A_key_is_known_after_a_restart()
    {
        var directory = TestNetwork.NewDirectory();
        string body;
        Answer first;
        await using (var network = await TestNetwork.StartAsync(directory: directory))
        {
            body = await BodyAsync(network);
            first = (await SendAsync(network, "/api/jobs/list", body, "k")).ShouldSucceed();
        }

        await using (var network = await TestNetwork.StartAsync(directory: directory))
            (await SendAsync(network, "/api/jobs/list", body, "k")).Bytes.ShouldBe(first.Bytes);
        Directory.Delete(directory, recursive: true);
    }

    private static async Task<string> BodyAsync(TestNetwork network) =>
        $$"""{"ipfsHash":"{{await network.PinAsync(TestNetwork.Hello)}}","market":"{{Genesis.FirstMarket}}","timeout":600}""";

    private static Task<Answer> SendAsync(TestNetwork network, string path, string? body, string key, string caller = TestNetwork.OperatorKey, HttpMethod? method = null) =>
        network.SendAsync(method ?? HttpMethod.Post, path, body, caller, request => request.Headers.TryAddWithoutValidation("Idempotency-Key", key));
}
