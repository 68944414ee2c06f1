using System.Net;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

/// <summary>That no write forgets the Idempotency-Key, and that it holds where a write is not the lane's own.</summary>
public sealed class EveryWriteTests
{
    /// <summary>Writes without one, and why they may be said twice.</summary>
    private static readonly Dictionary<string, string> Others = new()
    {
        ["POST /jobs/quote"] = "changes nothing",
        ["POST /pinning/pinJSONToIPFS"] = "a pin is its content",
        ["POST /pinning/pinFileToIPFS"] = "a pin is its content",
        ["POST /nodes/challenge"] = "changes nothing",
        ["POST /nodes/token"] = "changes nothing",
        ["POST /nodes/join"] = "a node says how it stands",
        ["POST /nodes/leave"] = "a node says how it stands",
        ["POST /nodes/drain"] = "a node says how it stands",
        ["POST /nodes/resume"] = "a node says how it stands",
        ["POST /nodes/heartbeat"] = "a node says how it stands",
        ["POST /nodes/runs/{run}/start"] = "has its epoch",
        ["POST /nodes/runs/{run}/finish"] = "has its epoch",
        ["POST /deployments/jobs/{job}/results"] = "the first one counts",
    };

    [Fact]
    public async Task Every_write_takes_a_key_but_for_those_that_may_be_said_twice()
    {
        await using var network = await TestNetwork.StartAsync();
        var writes =
            from endpoint in network.Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []
            where method is not ("GET" or "HEAD" or "OPTIONS") && endpoint.Metadata.GetMetadata<OnceRule>() is null
            select $"{method} {endpoint.RoutePattern.RawText}" into write
            // Nodes at their names are as official ones, which know of no key.
            where !write.StartsWith("POST /node/{node}/", StringComparison.Ordinal)
            select write;
        writes.ShouldBe(Others.Keys, ignoreOrder: true);
    }

    [Fact]
    public async Task What_is_not_the_lanes_is_done_once_too()
    {
        await using var network = await TestNetwork.StartAsync();
        var put = (await SendAsync(network, HttpMethod.Put, "/api/secrets/A", new { value = "the first value" }, "put")).ShouldSucceed();
        (await network.SendAsync(HttpMethod.Delete, "/api/secrets/A")).ShouldSucceed();

        var again = (await SendAsync(network, HttpMethod.Put, "/api/secrets/A", new { value = "the first value" }, "put")).ShouldSucceed();
        again.Text.ShouldBe(put.Text);
        again.Headers.Contains("Idempotency-Replayed").ShouldBeTrue();
        (await network.GetAsync("/api/secrets")).Json.GetArrayLength().ShouldBe(0);
        (await SendAsync(network, HttpMethod.Put, "/api/secrets/A", new { value = "another value" }, "put")).ShouldRefuse(HttpStatusCode.Conflict, ErrorCode.IdempotencyKeyPayloadMismatch);
    }

    [Fact]
    public async Task Those_who_ask_under_one_key_at_once_get_one_webhook_and_its_secret()
    {
        await using var network = await TestNetwork.StartAsync(o => o with { AllowedWebhookHosts = ["127.0.0.1"] });
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => SendAsync(network, HttpMethod.Post, "/api/webhooks", new { url = "http://127.0.0.1:9/" }, "k")));

        answers.Select(a => a.ShouldSucceed().Text).Distinct().ShouldHaveSingleItem().ShouldContain("whsec_");
        (await network.GetAsync("/api/webhooks")).Json.GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task A_webhook_that_was_made_just_before_the_server_died_is_not_made_again()
    {
        await using var network = await TestNetwork.StartAsync(o => o with { AllowedWebhookHosts = ["127.0.0.1"] });
        var account = (await network.Engine.Read.AccountAsync(OperatorAccount.Key, TestNetwork.Cancellation))!;
        var id = "wh_" + IdempotencyKey.Of(account.Key, "k", default).Id.ToString("N");
        var secret = network.Server.Services.GetRequiredService<SecretSeal>().Close(account.Address, WebhookEndpoints.NameOf(id), "whsec_kept");
        await network.Server.Services.GetRequiredService<IWebhookStore>().AddAsync(
            new Webhook(id, account.Key, "http://127.0.0.1:9/", AccountEvents.JobEnded, secret, TimeProvider.System.GetUtcNow(), account.LastEntry), most: 10, TestNetwork.Cancellation);

        var made = (await SendAsync(network, HttpMethod.Post, "/api/webhooks", new { url = "http://127.0.0.1:9/" }, "k")).ShouldSucceed();
        made.Json.GetProperty("id").GetString().ShouldBe(id);
        made.Json.GetProperty("secret").GetString().ShouldBe("whsec_kept");
        (await network.GetAsync("/api/webhooks")).Json.GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task An_answer_without_content_is_given_again()
    {
        await using var network = await TestNetwork.StartAsync();
        var deployment = await network.CreateAsync();
        (await network.PostAsync($"/api/deployments/{deployment}/start")).ShouldSucceed();
        (await network.PostAsync($"/api/deployments/{deployment}/stop")).ShouldSucceed();
        await network.UntilAsync(deployment, d => d.GetProperty("status").GetString() == "STOPPED");
        foreach (var isRepeated in (bool[])[false, true])
        {
            var answer = await SendAsync(network, HttpMethod.Delete, $"/api/deployments/{deployment}", null, "k");
            answer.Status.ShouldBe(HttpStatusCode.NoContent);
            answer.Bytes.ShouldBeEmpty();
            answer.Headers.Contains("Idempotency-Replayed").ShouldBe(isRepeated);
        }

        (await SendAsync(network, HttpMethod.Delete, $"/api/deployments/{deployment}", null, "another")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    private static Task<Answer> SendAsync(TestNetwork network, HttpMethod method, string path, object? body, string key) =>
        network.SendAsync(method, path, body, with: request => request.Headers.Add("Idempotency-Key", key));
}
