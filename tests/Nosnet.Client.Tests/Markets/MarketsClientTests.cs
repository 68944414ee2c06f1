using Nosnet.Protocol;

namespace Nosnet.Client.Tests;

public sealed class MarketsClientTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Markets_of_the_official_service_are_read_however_little_they_say()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/markets/", $$"""
            [{"address":"{{Sample.Market}}","slug":"nvidia-3090","name":"NVIDIA 3090","type":"PREMIUM","usd_reward_per_hour":0.0436,"network_fee_percentage":10,
              "gpu_types":["NVIDIA GeForce RTX 3090"],"lowest_vram":24},
             {"address":"{{Sample.Account}}","usd_reward_per_hour":"soon"},
             {"address":"not an address"}, 7]
            """);
        using var client = network.OfficialClient();
        var markets = await client.Markets.ListAsync(Cancellation);
        markets.Count.ShouldBe(2);
        markets[0].PricePerHour.ShouldBe(Credits.FromUsd(0.04796m));
        markets[0].GpuTypes.ShouldBe(["NVIDIA GeForce RTX 3090"]);
        markets[0].Json.GetProperty("lowest_vram").GetInt32().ShouldBe(24);
        markets[0].QueuedJobs.ShouldBeNull();
        markets[1].PricePerHour.ShouldBeNull();
        markets[1].Name.ShouldBe(Sample.Account);
    }

    [Fact]
    public async Task A_market_of_a_Nosnet_network_tells_its_queue()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/markets/gpu/", Market(open: "false"));
        using var client = network.Client();
        var market = await client.Markets.GetAsync("gpu", Cancellation);
        (market.QueuedJobs, market.RunningJobs, market.FreeNodes).ShouldBe((1, 2, 3));
        market.MaxTimeout.ShouldBe(TimeSpan.FromDays(1));
        market.PricePerHour.ShouldBe(Credits.FromUsd(0.05m));
        market.Open.ShouldBeFalse();
    }

    [Fact]
    public async Task What_nodes_hold_ready_is_read()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/markets/gpu/required-resources", """{"required_images":["ubuntu"],"required_remote_resources":[]}""");
        using var client = network.Client();
        (await client.Markets.RequiredResourcesAsync("gpu", Cancellation)).RequiredImages.ShouldBe(["ubuntu"]);
    }

    [Fact]
    public async Task Opening_a_market_sends_only_what_was_said()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("POST /api/markets", Market());
        using var client = network.Client();
        await client.Markets.CreateAsync(
            new MarketSettings { Slug = "gpu", RewardPerHour = Credits.FromUsd(0.05m), MaxTimeout = TimeSpan.FromHours(2) }, Cancellation);
        network.Request.Body.ShouldBe("""{"slug":"gpu","usdRewardPerHour":0.05,"maxTimeoutSeconds":7200}""");
    }

    [Fact]
    public async Task Changing_and_closing_name_the_market()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("PATCH /api/markets/gpu", Market());
        network.Answer("DELETE /api/markets/gpu", Market());
        using var client = network.Client();
        await client.Markets.UpdateAsync("gpu", new MarketSettings { Name = "GPUs" }, Cancellation);
        await client.Markets.CloseAsync("gpu", Cancellation);
        network.Requests.Select(r => r.Body).ShouldBe(["""{"name":"GPUs"}""", ""]);
    }

    [Fact]
    public async Task A_name_cannot_leave_its_place_in_the_path()
    {
        await using var network = await TestNetwork.StartAsync();
        using var client = network.Client();
        await Should.ThrowAsync<NosanaNotFoundException>(() => client.Markets.GetAsync("../api-keys?x", Cancellation));
        network.Request.Target.ShouldBe("/api/markets/..%2Fapi-keys%3Fx/");
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    public void A_market_needs_a_name(string name) => Should.Throw<ArgumentException>(() => new MarketId(name));

    private static string Market(string open = "true") => $$"""
        {"address":"{{Sample.Market}}","slug":"gpu","name":"GPU","type":"PREMIUM","usd_reward_per_hour":0.0436,"network_fee_percentage":10,"price_per_hour":0.05,
         "max_timeout_seconds":86400,"queue_expiry_seconds":86400,"open":{{open}},"queued_jobs":1,"running_jobs":2,"free_nodes":3}
        """;
}
