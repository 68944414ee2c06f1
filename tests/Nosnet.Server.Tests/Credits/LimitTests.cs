using System.Net;
using Microsoft.Extensions.Time.Testing;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

/// <summary>A job of ten minutes costs $0.018333334.</summary>
public sealed class LimitTests
{
    [Fact]
    public async Task A_key_is_made_with_caps_and_held_to_them()
    {
        await using var network = await TestNetwork.StartAsync();
        var made = (await network.PostAsync("/api/api-keys", new { name = "ci", caps = new { maxReservedUsd = 0.02 } })).ShouldSucceed().Json;
        made.GetProperty("caps").GetProperty("maxReservedUsd").GetDecimal().ShouldBe(0.02m);
        var key = made.GetProperty("key").GetString()!;
        await network.PostJobAsync(key: key);

        var refused = (await PostAsync(network, key)).ShouldRefuse(HttpStatusCode.Forbidden, ErrorCode.CapReached);
        refused.Error.ShouldBe("The API key may hold $0.020 for jobs at once; it holds $0.018333334, and this is $0.018333334 more. Wait until jobs have ended, or have the cap raised.");
        var limits = (await network.GetAsync("/api/credits/limits", key)).ShouldSucceed().Json;
        limits.GetProperty("key").GetProperty("reservedUsd").GetDecimal().ShouldBe(0.018333334m);
        limits.GetProperty("key").GetProperty("caps").GetProperty("maxReservedUsd").GetDecimal().ShouldBe(0.02m);

        // Its account's other keys are free.
        await network.PostJobAsync();
        (await network.GetAsync("/api/credits/limits")).Json.GetProperty("key").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
    }

    [Fact]
    public async Task A_key_that_is_capped_later_is_held_to_it_from_then_on()
    {
        await using var network = await TestNetwork.StartAsync();
        var made = (await network.PostAsync("/api/api-keys", new { name = "ci" })).ShouldSucceed().Json;
        var (id, key) = (made.GetProperty("id").GetString(), made.GetProperty("key").GetString()!);
        await network.PostJobAsync(key: key);

        var capped = (await network.SendAsync(HttpMethod.Put, $"/api/api-keys/{id}/caps", new { maxPerJobUsd = 0.01 })).ShouldSucceed().Json;
        capped.GetProperty("caps").GetProperty("maxPerJobUsd").GetDecimal().ShouldBe(0.01m);
        (await PostAsync(network, key)).ShouldRefuse(HttpStatusCode.Forbidden, ErrorCode.CapReached);
        (await network.GetAsync("/api/api-keys")).Json.EnumerateArray().Single(k => k.GetProperty("id").GetString() == id).GetProperty("caps").GetProperty("maxPerJobUsd").GetDecimal().ShouldBe(0.01m);

        (await network.SendAsync(HttpMethod.Put, $"/api/api-keys/{id}/caps", new { })).ShouldSucceed().Json.TryGetProperty("caps", out _).ShouldBeFalse();
        (await PostAsync(network, key)).ShouldSucceed();
    }

    [Fact]
    public async Task A_key_with_caps_neither_makes_keys_nor_changes_caps()
    {
        await using var network = await TestNetwork.StartAsync();
        var made = (await network.PostAsync("/api/api-keys", new { name = "ci", caps = new { maxPerDayUsd = 1 } })).ShouldSucceed().Json;
        var (id, key) = (made.GetProperty("id").GetString(), made.GetProperty("key").GetString()!);
        (await network.PostAsync("/api/api-keys", new { name = "free" }, key)).ShouldRefuse(HttpStatusCode.Forbidden, ErrorCode.CapReached);
        (await network.SendAsync(HttpMethod.Put, $"/api/api-keys/{id}/caps", new { }, key)).ShouldRefuse(HttpStatusCode.Forbidden, ErrorCode.CapReached);
    }

    [Fact]
    public async Task The_operator_caps_accounts_and_nobody_else_does()
    {
        // A clock that stands still: no new day begins in between.
        await using var network = await TestNetwork.StartAsync(time: new FakeTimeProvider());
        var (key, account) = await network.NewAccountAsync(credits: 5);
        (await network.SendAsync(HttpMethod.Put, "/api/credits/limits", new { caps = new { maxPerDayUsd = 0.02 } }, key)).ShouldRefuse(HttpStatusCode.Forbidden, ErrorCode.OperatorOnly);
        (await network.SendAsync(HttpMethod.Put, "/api/credits/limits", new { account, caps = new { maxPerDayUsd = 0.02 } })).ShouldSucceed();

        await network.PostJobAsync(key: key);
        var refused = (await PostAsync(network, key)).ShouldRefuse(HttpStatusCode.Forbidden, ErrorCode.CapReached);
        refused.Error.ShouldContain("may spend $0.020 a day");
        refused.Error.ShouldNotContain("Insufficient credits");
        var mine = (await network.GetAsync("/api/credits/limits", key)).ShouldSucceed().Json;
        mine.GetProperty("spentTodayUsd").GetDecimal().ShouldBe(0.018333334m);
        mine.GetProperty("reservedUsd").GetDecimal().ShouldBe(0.018333334m);
        mine.GetProperty("caps").GetProperty("maxPerDayUsd").GetDecimal().ShouldBe(0.02m);
        (await network.GetAsync($"/api/credits/limits?account={account}")).ShouldSucceed().Json.GetProperty("account").GetString().ShouldBe(account);
        (await network.GetAsync($"/api/credits/limits?account={account}", key)).ShouldRefuse(HttpStatusCode.Forbidden, ErrorCode.OperatorOnly);
    }

    [Fact]
    public async Task A_batch_stops_at_the_cap_and_refuses_the_rest()
    {
        await using var network = await TestNetwork.StartAsync();
        var key = (await network.PostAsync("/api/api-keys", new { name = "ci", caps = new { maxReservedUsd = 0.04 } })).Json.GetProperty("key").GetString()!;
        var job = new { ipfsHash = await network.PinAsync(TestNetwork.Hello), market = Genesis.FirstMarket.ToString(), timeout = 600 };
        var answer = await network.SendAsync(HttpMethod.Post, "/api/jobs/list/batch", new { jobs = Enumerable.Repeat(job, 4) }, key, with: r => r.Headers.Add("Idempotency-Key", "batch-1"));
        var items = answer.ShouldSucceed().Json.GetProperty("items").EnumerateArray().ToList();
        items.Select(i => i.GetProperty("status").GetString()).ShouldBe(["confirmed", "confirmed", "refused", "refused"]);
        items[3].GetProperty("error").GetProperty("code").GetString().ShouldBe(ErrorCode.CapReached.Code);
    }

    [Fact]
    public async Task A_key_with_caps_has_no_deployment_spend_that_was_created_with_another()
    {
        await using var network = await TestNetwork.StartAsync();
        var key = (await network.PostAsync("/api/api-keys", new { name = "ci", caps = new { maxPerDayUsd = 1 } })).ShouldSucceed().Json.GetProperty("key").GetString()!;
        var id = await network.CreateAsync("SCHEDULED", ("schedule", "0 0 1 1 *"));
        var before = (await network.GetAsync($"/api/deployments/{id}")).Text;

        await RefusedAsync(HttpMethod.Post, "start");
        await RefusedAsync(HttpMethod.Post, "create-revision", TestNetwork.Hello);
        await RefusedAsync(HttpMethod.Patch, "update-active-revision", new { active_revision = 1 });
        await RefusedAsync(HttpMethod.Patch, "update-market", new { market = "elsewhere" });
        await RefusedAsync(HttpMethod.Patch, "update-replica-count", new { replicas = 10_000 });
        await RefusedAsync(HttpMethod.Patch, "update-timeout", new { timeout = 120 });
        await RefusedAsync(HttpMethod.Patch, "update-schedule", new { schedule = "* * * * *" });
        await RefusedAsync(HttpMethod.Patch, "update-startup-timeout", new { startup_timeout = 0 });
        await RefusedAsync(HttpMethod.Patch, "update-budget", new { });
        (await network.GetAsync($"/api/deployments/{id}")).Text.ShouldBe(before);

        // A copy is its own, and counts.
        var copy = (await network.PostAsync($"/api/deployments/{id}/duplicate", key: key)).ShouldSucceed().Json.GetProperty("id").GetString();
        (await network.SendAsync(HttpMethod.Patch, $"/api/deployments/{copy}/update-replica-count", new { replicas = 2 }, key)).ShouldSucceed();
        (await network.SendAsync(HttpMethod.Patch, $"/api/deployments/{id}/update-name", new { name = "theirs" }, key)).ShouldSucceed();

        async Task RefusedAsync(HttpMethod method, string what, object? body = null) =>
            (await network.SendAsync(method, $"/api/deployments/{id}/{what}", body, key)).ShouldRefuse(HttpStatusCode.Forbidden, ErrorCode.CapReached).Error.ShouldContain("duplicate it");
    }

    [Fact]
    public async Task What_the_vaults_of_an_account_hold_counts_as_held_by_it()
    {
        await using var network = await TestNetwork.StartAsync();
        var (key, account) = await network.NewAccountAsync(credits: 5);
        var vault = (await network.PostAsync("/api/deployments/vaults/create", new { name = "team" }, key)).ShouldSucceed().Json.GetProperty("vault").GetString()!;
        (await network.PostAsync($"/api/deployments/vaults/{vault}/topup", new { amount = 4 }, key)).ShouldSucceed();
        var id = (await network.PostAsync("/api/deployments/create", DeploymentScene.Wish(more: [("vault", vault), ("autostart", true)]), key)).ShouldSucceed().Json.GetProperty("id").GetString()!;
        await network.UntilAsync(id, d => d.GetProperty("jobs_listed").GetInt32() == 1);

        (await network.GetAsync("/api/credits/limits", key)).ShouldSucceed().Json.GetProperty("reservedUsd").GetDecimal().ShouldBe(0.11m);
        (await network.GetAsync($"/api/credits/limits?account={account}")).ShouldSucceed().Json.GetProperty("reservedUsd").GetDecimal().ShouldBe(0.11m);
        var capped = (await network.SendAsync(HttpMethod.Put, "/api/credits/limits", new { account, caps = new { maxReservedUsd = 0.12 } })).ShouldSucceed().Json;
        capped.GetProperty("reservedUsd").GetDecimal().ShouldBe(0.11m);
        (await network.SendAsync(HttpMethod.Put, "/api/credits/low-balance", new { belowUsd = 1 }, key)).ShouldSucceed().Json.GetProperty("reservedUsd").GetDecimal().ShouldBe(0.11m);
        (await PostAsync(network, key)).ShouldRefuse(HttpStatusCode.Forbidden, ErrorCode.CapReached).Error.ShouldContain("it holds $0.110");
    }

    [Theory]
    [InlineData("""{"caps":{"maxPerDayUsd":-1}}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"caps":{"maxPerDayUsd":"much"}}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"caps":{"maxPerDayUsd":1e30}}""", HttpStatusCode.BadRequest)]
    [InlineData("""{}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"caps":{},"account":"nobody"}""", HttpStatusCode.NotFound)]
    public async Task Limits_that_cannot_be_are_refused(string body, HttpStatusCode status)
    {
        await using var network = await TestNetwork.StartAsync();
        (await network.SendAsync(HttpMethod.Put, "/api/credits/limits", body)).Status.ShouldBe(status);
    }

    private static async Task<Answer> PostAsync(TestNetwork network, string key) =>
        await network.PostAsync("/api/jobs/list", new { ipfsHash = await network.PinAsync(TestNetwork.Hello, key), market = Genesis.FirstMarket.ToString(), timeout = 600 }, key);
}
