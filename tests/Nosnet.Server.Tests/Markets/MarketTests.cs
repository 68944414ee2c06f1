using System.Net;
using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

public sealed class MarketTests
{
    [Fact]
    public async Task The_operator_opens_changes_and_closes_markets()
    {
        await using var network = await TestNetwork.StartAsync();
        var opened = (await network.PostAsync("/api/markets", new { slug = "gpu", name = "GPUs", usdRewardPerHour = 0.5, networkFeePercentage = 12.5, maxTimeoutSeconds = 7200, gpuTypes = new[] { "RTX 4090" } })).ShouldSucceed().Json;
        opened.GetProperty("price_per_hour").GetDecimal().ShouldBe(0.5625m);
        var address = opened.GetProperty("address").GetString();

        var changed = (await network.SendAsync(HttpMethod.Patch, $"/api/markets/{address}", new { usdRewardPerHour = 1 })).ShouldSucceed().Json;
        changed.GetProperty("usd_reward_per_hour").GetDecimal().ShouldBe(1);
        changed.GetProperty("name").GetString().ShouldBe("GPUs");
        changed.GetProperty("max_timeout_seconds").GetInt64().ShouldBe(7200);

        (await network.SendAsync(HttpMethod.Delete, "/api/markets/gpu")).ShouldSucceed().Json.GetProperty("open").GetBoolean().ShouldBeFalse();
        (await network.GetAsync("/api/markets/gpu", key: "")).Json.GetProperty("open").GetBoolean().ShouldBeFalse();
        (await network.SendAsync(HttpMethod.Patch, "/api/markets/gpu", new { open = true })).ShouldSucceed().Json.GetProperty("open").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task A_jobs_price_stays_when_its_markets_changes()
    {
        await using var network = await TestNetwork.StartAsync();
        var job = await network.PostJobAsync();
        (await network.SendAsync(HttpMethod.Patch, "/api/markets/default", new { usdRewardPerHour = 5 })).ShouldSucceed();
        var view = (await network.GetAsync($"/api/jobs/{job}")).Json;
        view.GetProperty("price").GetDecimal().ShouldBe(0.11m);
        view.GetProperty("usdRewardPerHour").GetDecimal().ShouldBe(0.1m);
    }

    [Theory]
    [InlineData("""{"usdRewardPerHour":1}""")]
    [InlineData("""{"slug":"UPPER","usdRewardPerHour":1}""")]
    [InlineData("""{"slug":"x","usdRewardPerHour":-1}""")]
    [InlineData("""{"slug":"x","usdRewardPerHour":1,"networkFeePercentage":101}""")]
    [InlineData("""{"slug":"x","usdRewardPerHour":1,"networkFeePercentage":1.234}""")]
    [InlineData("""{"slug":"x","usdRewardPerHour":1,"address":"nowhere"}""")]
    public async Task Terms_that_cannot_be_are_refused(string body)
    {
        await using var network = await TestNetwork.StartAsync();
        (await network.PostAsync("/api/markets", body)).ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.InvalidParameter);
        (await network.GetAsync("/api/markets")).Json.GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task An_amount_with_too_many_decimals_is_named_by_its_path()
    {
        await using var network = await TestNetwork.StartAsync();
        (await network.PostAsync("/api/markets", """{"slug":"x","usdRewardPerHour":0.00000000001}""")).ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.MalformedRequest)
            .Error.ShouldContain("$.usdRewardPerHour");
    }

    [Fact]
    public async Task A_slug_is_taken_once()
    {
        await using var network = await TestNetwork.StartAsync();
        (await network.PostAsync("/api/markets", new { slug = "default", usdRewardPerHour = 1 })).ShouldRefuse(HttpStatusCode.Conflict, ErrorCode.NameTaken);
    }
}
