using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Time.Testing;
using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

public sealed class AccessTests
{
    [Theory]
    [InlineData("", "needs an API key")]
    [InlineData("nos_this_is_nobodys_key", "not known here")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.e30.x", "begins with nos_")]
    [InlineData("nosnode_AAAA", "not valid or has run out")]
    public async Task Credentials_that_prove_nothing_are_refused_with_the_reason(string key, string says)
    {
        await using var network = await TestNetwork.StartAsync();
        var answer = (await network.GetAsync("/api/credits/balance", key)).ShouldRefuse(HttpStatusCode.Unauthorized, ErrorCode.Unauthenticated);
        answer.Error.ShouldContain(says);
        answer.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer");
    }

    [Theory]
    [InlineData("Bearer ")]
    [InlineData("Basic abc")]
    [InlineData("Bearer")]
    public async Task A_header_of_another_form_is_refused(string header)
    {
        await using var network = await TestNetwork.StartAsync();
        (await network.SendAsync(HttpMethod.Get, "/api/jobs", key: "", with: r => r.Headers.TryAddWithoutValidation("Authorization", header)))
            .ShouldRefuse(HttpStatusCode.Unauthorized, ErrorCode.Unauthenticated);
    }

    [Fact]
    public async Task A_missing_scope_is_named()
    {
        await using var network = await TestNetwork.StartAsync();
        var key = (await network.PostAsync("/api/api-keys", new { name = "reader", scopes = new[] { "jobs:read" } })).Json.GetProperty("key").GetString();
        (await network.GetAsync("/api/jobs", key)).ShouldSucceed();
        var answer = (await network.GetAsync("/api/credits/balance", key)).ShouldRefuse(HttpStatusCode.Forbidden, ErrorCode.InsufficientScope);
        answer.Error.ShouldContain("credits:read");
        answer.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer error=\"insufficient_scope\", scope=\"credits:read\"");
    }

    [Fact]
    public async Task The_operators_routes_are_closed_to_users_and_to_the_operators_narrow_and_capped_keys()
    {
        await using var network = await TestNetwork.StartAsync();
        var (user, account) = await network.NewAccountAsync();
        var narrow = (await network.PostAsync("/api/api-keys", new { name = "node", scopes = new[] { "nodes:register", "api-keys:manage" } })).Json.GetProperty("key").GetString();
        var capped = (await network.PostAsync("/api/api-keys", new { name = "ci", caps = new { maxPerJobUsd = 1 } })).Json.GetProperty("key").GetString();
        foreach (var key in (string[])[user, narrow!, capped!])
        {
            (await network.PostAsync("/api/credits/grant", new { account, amount = 5 }, key)).ShouldRefuse(HttpStatusCode.Forbidden, ErrorCode.OperatorOnly);
            (await network.PostAsync("/api/markets", new { slug = "mine", usdRewardPerHour = 0 }, key)).ShouldRefuse(HttpStatusCode.Forbidden, ErrorCode.OperatorOnly);
            (await network.PostAsync("/api/api-keys", new { newAccount = "other" }, key)).ShouldRefuse(HttpStatusCode.Forbidden, key == capped ? ErrorCode.CapReached : ErrorCode.OperatorOnly);
        }

        (await network.AvailableAsync(user)).ShouldBe(0);
    }

    [Fact]
    public async Task An_expired_key_opens_nothing()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero));
        await using var network = await TestNetwork.StartAsync(time: time);
        var key = (await network.PostAsync("/api/api-keys", new { name = "short", expiresIn = 60 })).Json.GetProperty("key").GetString();
        (await network.GetAsync("/api/jobs", key)).ShouldSucceed();
        time.Advance(TimeSpan.FromSeconds(60));
        (await network.GetAsync("/api/jobs", key)).ShouldRefuse(HttpStatusCode.Unauthorized, ErrorCode.Unauthenticated).Error.ShouldContain("expired");
        (await network.GetAsync("/api/api-keys")).Json.EnumerateArray().Single(k => k.GetProperty("name").GetString() == "short").GetProperty("status").GetString().ShouldBe("expired");
    }

    [Fact]
    public async Task Too_many_requests_are_told_when_to_come_back()
    {
        await using var network = await TestNetwork.StartAsync(o => o with { Limits = new ServerLimits { Reads = 3, Window = TimeSpan.FromMinutes(5) } });
        for (var i = 0; i < 3; i++)
            (await network.GetAsync("/api/credits/balance")).ShouldSucceed();
        var answer = (await network.GetAsync("/api/credits/balance")).ShouldRefuse(HttpStatusCode.TooManyRequests, ErrorCode.RateLimited);
        answer.Headers.RetryAfter!.Delta!.Value.ShouldBeGreaterThan(TimeSpan.Zero);
        answer.Error.ShouldContain("3 reads");
        // Another caller's measure is its own.
        (await network.GetAsync("/api/markets", key: "")).ShouldSucceed();
    }

    [Fact]
    public async Task Requests_are_counted_anew_once_their_window_is_over()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        await using var network = await TestNetwork.StartAsync(o => o with { Limits = new ServerLimits { Reads = 1, Window = TimeSpan.FromMinutes(5) } }, time);
        (await network.GetAsync("/api/credits/balance")).ShouldSucceed();
        time.Advance(TimeSpan.FromMinutes(4));
        (await network.GetAsync("/api/credits/balance")).ShouldRefuse(HttpStatusCode.TooManyRequests, ErrorCode.RateLimited).Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromMinutes(1));
        time.Advance(TimeSpan.FromMinutes(1));
        (await network.GetAsync("/api/credits/balance")).ShouldSucceed();
        (await network.GetAsync("/api/credits/balance")).ShouldRefuse(HttpStatusCode.TooManyRequests, ErrorCode.RateLimited);
    }

    [Fact]
    public async Task Reads_and_writes_are_counted_apart()
    {
        await using var network = await TestNetwork.StartAsync(o => o with { Limits = new ServerLimits { Reads = 1, Writes = 1, Window = TimeSpan.FromMinutes(5) } });
        (await network.GetAsync("/api/credits/balance")).ShouldSucceed();
        (await network.PostAsync("/api/credits/grant", new { amount = 1 })).ShouldSucceed();
        (await network.PostAsync("/api/credits/grant", new { amount = 1 })).ShouldRefuse(HttpStatusCode.TooManyRequests, ErrorCode.RateLimited);
    }

    [Fact]
    public async Task The_scheme_is_read_in_any_case()
    {
        await using var network = await TestNetwork.StartAsync();
        (await network.SendAsync(HttpMethod.Get, "/api/jobs", key: "", with: r => r.Headers.Authorization = new AuthenticationHeaderValue("bearer", TestNetwork.OperatorKey))).ShouldSucceed();
    }
}
