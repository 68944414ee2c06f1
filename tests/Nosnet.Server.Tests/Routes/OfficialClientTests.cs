using System.Net;
using System.Text.Json;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

/// <summary>What clients of the official API do, each generation in its own way.</summary>
public sealed class OfficialClientTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    [Theory]
    [InlineData("/api/markets/")]
    [InlineData("/api/markets")]
    [InlineData("/markets/")]
    [InlineData("/markets")]
    [InlineData("/api/markets/CA5pMpqkYFKtme7K31pNB1s62X2SdhEv1nN9RdxKCpuQ/")]
    [InlineData("/api/markets/CA5pMpqkYFKtme7K31pNB1s62X2SdhEv1nN9RdxKCpuQ")]
    [InlineData("/markets/default")]
    [InlineData("/api/markets/default/required-resources")]
    [InlineData("/api/credits/balance")]
    [InlineData("/credits/balance/")]
    [InlineData("/jobs")]
    [InlineData("/api/jobs/")]
    public async Task Routes_answer_under_both_roots_and_with_a_slash_at_the_end(string path)
    {
        await using var network = await TestNetwork.StartAsync();
        (await network.GetAsync(path)).ShouldSucceed();
    }

    [Fact]
    public async Task A_stop_without_body_and_content_type_works()
    {
        await using var network = await TestNetwork.StartAsync();
        var job = await network.PostJobAsync();
        var answer = await network.SendAsync(HttpMethod.Post, $"/api/jobs/{job}/stop", new ByteArrayContent([]));
        answer.ShouldSucceed().Json.GetProperty("delisted").GetBoolean().ShouldBeTrue();
    }

    [Theory]
    [InlineData("600")]
    [InlineData("\"600\"")]
    public async Task A_timeout_is_a_number_or_a_text_of_seconds(string timeout)
    {
        await using var network = await TestNetwork.StartAsync();
        var cid = await network.PinAsync(TestNetwork.Hello);
        var posted = await network.PostAsync("/api/jobs/list", $$"""{"ipfsHash":"{{cid}}","market":"{{Genesis.FirstMarket}}","timeout":{{timeout}},"host":"ignored","autostart":true}""");
        posted.ShouldSucceed().Json.GetProperty("timeoutSeconds").GetInt64().ShouldBe(600);
    }

    [Fact]
    public async Task The_answer_to_a_post_has_the_official_fields()
    {
        await using var network = await TestNetwork.StartAsync();
        var cid = await network.PinAsync(TestNetwork.Hello);
        var posted = (await network.PostAsync("/api/jobs/list", new { ipfsHash = cid, market = Genesis.FirstMarket.ToString() })).ShouldSucceed().Json;
        Tx.TryParse(posted.GetProperty("tx").GetString(), out _).ShouldBeTrue();
        JobAddress.TryParse(posted.GetProperty("job").GetString(), out _).ShouldBeTrue();
        RunAddress.TryParse(posted.GetProperty("run").GetString(), out _).ShouldBeTrue();
        var credits = posted.GetProperty("credits");
        credits.GetProperty("costUSD").GetDecimal().ShouldBe(0.11m);
        credits.GetProperty("creditsUsed").GetDecimal().ShouldBe(0.11m);
        credits.GetProperty("reservationId").GetString().ShouldBe(posted.GetProperty("tx").GetString());
        credits.GetProperty("project").GetString().ShouldNotBeNull();
        posted.GetProperty("timeoutSeconds").GetInt64().ShouldBe(3600);
    }

    [Fact]
    public async Task A_network_can_count_posted_timeouts_in_minutes()
    {
        await using var network = await TestNetwork.StartAsync(o => o with { PostTimeoutUnit = TimeoutUnit.Minutes });
        var body = new { ipfsHash = await network.PinAsync(TestNetwork.Hello), market = "default", timeout = 30 };
        (await network.PostAsync("/api/jobs/list", body)).ShouldSucceed().Json.GetProperty("timeoutSeconds").GetInt64().ShouldBe(1800);
    }

    [Theory]
    [InlineData("""{"seconds":900}""", 900)]
    [InlineData("""{"seconds":"900"}""", 900)]
    [InlineData("""{"timeout":15}""", 900)]
    public async Task An_extension_is_in_seconds_or_in_the_guides_minutes(string body, long seconds)
    {
        await using var network = await TestNetwork.StartAsync();
        var job = await network.PostJobAsync(timeout: 600);
        var extended = (await network.PostAsync($"/api/jobs/{job}/extend", body)).ShouldSucceed().Json;
        extended.GetProperty("timeoutSeconds").GetInt64().ShouldBe(600 + seconds);
        extended.GetProperty("credits").GetProperty("costUSD").GetDecimal().ShouldBeGreaterThan(0);
        extended.GetProperty("job").GetString().ShouldBe(job);
    }

    [Theory]
    [InlineData("/api/jobs/%7Baddress%7D/extend", """{"jobAddress":"JOB1","seconds":60}""", "'jobAddress'")]
    [InlineData("/api/jobs/jobAddress,JOB1/stop", "", "jobs.stop(address)")]
    public async Task Calls_of_older_clients_are_told_the_right_one(string path, string body, string says)
    {
        await using var network = await TestNetwork.StartAsync();
        (await network.PostAsync(path, body)).ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.InvalidParameter).Error.ShouldContain(says);
    }

    [Fact]
    public async Task An_encoded_path_is_decoded_for_the_sentence()
    {
        await using var network = await TestNetwork.StartAsync();
        (await network.GetAsync("/api/jobs/a%2Fb%20c")).ShouldRefuse(HttpStatusCode.NotFound, ErrorCode.JobNotFound).Error.ShouldContain("'a/b c'");
    }

    [Fact]
    public async Task Lists_are_read_page_by_page_without_gap_or_repetition()
    {
        await using var network = await TestNetwork.StartAsync();
        var posted = new List<string>();
        for (var i = 0; i < 7; i++)
            posted.Add(await network.PostJobAsync());
        var (other, _) = await network.NewAccountAsync(credits: 1);
        await network.PostJobAsync(key: other);

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await network.GetAsync($"/api/jobs?limit=3&cursor={cursor}")).ShouldSucceed().Json;
            page.GetProperty("totalJobs").GetInt64().ShouldBe(7);
            seen.AddRange(page.GetProperty("jobs").EnumerateArray().Select(j => j.GetProperty("address").GetString()!));
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);
        posted.Reverse();
        seen.ShouldBe(posted);
        (await network.GetAsync("/api/jobs?account=" + (await network.GetAsync("/api/api-keys", other)).Json[0].GetProperty("account").GetString())).Json.GetProperty("jobs").GetArrayLength().ShouldBe(1);
    }

    [Theory]
    [InlineData("pending", 1)]
    [InlineData("QUEUED", 1)]
    [InlineData("0", 1)]
    [InlineData("completed", 1)]
    [InlineData("COMPLETED", 2)]
    [InlineData("2", 2)]
    [InlineData("failed", 1)]
    [InlineData("stopped,failed", 2)]
    [InlineData("3", 1)]
    [InlineData("running", 0)]
    [InlineData("pending, running,completed,failed,stopped", 4)]
    public async Task States_are_filtered_by_either_vocabulary(string state, int count)
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network);
        foreach (var reason in (string[])["completed", "operation_failed"])
        {
            await network.PostJobAsync();
            var run = (await node.BeatAsync()).Assignments.ShouldHaveSingleItem();
            await node.StartAsync(run);
            (await node.FinishAsync(run, reason: reason)).ShouldSucceed();
        }

        await node.PostAsync("/api/nodes/leave");
        var stopped = await network.PostJobAsync();
        await network.PostAsync($"/api/jobs/{stopped}/stop");
        await network.PostJobAsync();
        (await network.GetAsync($"/api/jobs?state={Uri.EscapeDataString(state)}")).ShouldSucceed().Json.GetProperty("jobs").GetArrayLength().ShouldBe(count);
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=101", "limit")]
    [InlineData("limit=x", "limit")]
    [InlineData("state=happy", "'happy'")]
    [InlineData("cursor=abc", "cursor")]
    public async Task A_query_that_cannot_be_is_refused(string query, string says)
    {
        await using var network = await TestNetwork.StartAsync();
        (await network.GetAsync("/api/jobs?" + query)).ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.InvalidParameter).Error.ShouldContain(says);
    }

    [Fact]
    public async Task A_market_shows_the_official_fields_and_its_queue()
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network, slots: 1);
        var market = (await network.GetAsync("/api/markets/default", key: "")).Json;
        market.GetProperty("usd_reward_per_hour").GetDecimal().ShouldBe(0.1m);
        market.GetProperty("network_fee_percentage").GetDecimal().ShouldBe(10);
        market.GetProperty("type").GetString().ShouldBe("PREMIUM");
        market.GetProperty("free_nodes").GetInt32().ShouldBe(1);
        await network.PostJobAsync();
        await network.PostJobAsync();
        var busy = (await network.GetAsync("/api/markets", key: "")).Json[0];
        busy.GetProperty("free_nodes").GetInt32().ShouldBe(0);
        busy.GetProperty("queued_jobs").GetInt32().ShouldBe(1);
        busy.GetProperty("running_jobs").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task The_description_of_the_api_is_the_committed_one()
    {
        await using var network = await TestNetwork.StartAsync();
        var served = JsonSerializer.Serialize((await network.GetAsync("/openapi.json", key: "")).ShouldSucceed().Json, Indented) + "\n";
        var path = Path.Combine(Repository(), "docs", "openapi.json");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            await File.WriteAllTextAsync(path, served, TestNetwork.Cancellation);
        File.Exists(path).ShouldBeTrue("docs/openapi.json is missing; run this test with UPDATE_GOLDEN=1 to write it");
        served.ShouldBe(await File.ReadAllTextAsync(path, TestNetwork.Cancellation), "run this test with UPDATE_GOLDEN=1 if the change is meant");
    }

    private static string Repository()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Nosnet.slnx")))
            directory = directory.Parent ?? throw new DirectoryNotFoundException("The repository's root is not above the tests.");
        return directory.FullName;
    }
}
