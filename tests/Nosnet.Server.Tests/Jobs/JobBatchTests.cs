using System.Net;
using System.Text.Json;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

public sealed class JobBatchTests
{
    [Fact]
    public async Task A_batch_posts_each_job_for_itself()
    {
        await using var network = await TestNetwork.StartAsync();
        var (user, _) = await network.NewAccountAsync(credits: 0.05m);
        var cid = await network.PinAsync(TestNetwork.Hello);
        object Job(long timeout, string? market = null) => new { ipfsHash = cid, market = market ?? Genesis.FirstMarket.ToString(), timeout };

        var items = Items(await SendAsync(network, "list", [Job(600), Job(600, "nowhere"), Job(-1), Job(600), Job(3600)], user));

        items.Select(i => i.GetProperty("index").GetInt32()).ShouldBe([0, 1, 2, 3, 4]);
        items.Select(i => i.GetProperty("status").GetString()).ShouldBe(["confirmed", "refused", "refused", "confirmed", "refused"]);
        items[1].GetProperty("error").GetProperty("code").GetString().ShouldBe(ErrorCode.UnknownMarket.Code);
        items[2].GetProperty("error").GetProperty("code").GetString().ShouldBe(ErrorCode.InvalidTimeout.Code);
        items[4].GetProperty("error").GetProperty("code").GetString().ShouldBe(ErrorCode.InsufficientCredits.Code);
        var jobs = items.Where(i => i.TryGetProperty("job", out _)).Select(i => i.GetProperty("job").GetString()!).ToList();
        jobs.Count.ShouldBe(2);
        foreach (var job in jobs)
            (await network.GetAsync($"/api/jobs/{job}", user)).ShouldSucceed().Json.GetProperty("status").GetString().ShouldBe("pending");
        (await network.AvailableAsync(user)).ShouldBe(0.05m - 2 * 0.018333334m);
        items[0].GetProperty("reservedUsd").GetDecimal().ShouldBe(0.018333334m);
    }

    [Fact]
    public async Task A_batch_that_is_sent_again_is_answered_byte_for_byte_with_its_refusals()
    {
        await using var network = await TestNetwork.StartAsync();
        var (user, account) = await network.NewAccountAsync(credits: 0.02m);
        object[] jobs = [.. Enumerable.Repeat(new { ipfsHash = await network.PinAsync(TestNetwork.Hello), market = "default", timeout = 600 }, 2)];

        var first = await SendAsync(network, "list", jobs, user);
        (await network.PostAsync("/api/credits/grant", new { account, amount = 5 })).ShouldSucceed();
        var second = await SendAsync(network, "list", jobs, user);

        second.Bytes.ShouldBe(first.Bytes);
        Items(second).Select(i => i.GetProperty("status").GetString()).ShouldBe(["confirmed", "refused"]);
        (await SendAsync(network, "list", jobs[..1], user)).ShouldRefuse(HttpStatusCode.Conflict, ErrorCode.IdempotencyKeyPayloadMismatch);
    }

    [Fact]
    public async Task A_batch_of_a_thousand_is_taken_by_the_nodes_in_turn()
    {
        await using var network = await TestNetwork.StartAsync();
        using var one = await SimulatedNode.JoinedAsync(network, slots: 2);
        using var other = await SimulatedNode.JoinedAsync(network, slots: 2);
        object[] jobs = [.. Enumerable.Repeat(new { ipfsHash = await network.PinAsync(TestNetwork.Hello), market = "default", timeout = 60 }, 1_000)];

        var items = Items(await SendAsync(network, "list", jobs));

        items.Select(i => i.GetProperty("tx").GetString()).Distinct().Count().ShouldBe(1_000);
        items.Count(i => i.GetProperty("jobStatus").GetString() == "running").ShouldBe(4);
        (await one.BeatAsync()).Assignments.Select(a => a.Job.ToString()).ShouldBe([Job(items[0]), Job(items[2])], ignoreOrder: true);
        (await other.BeatAsync()).Assignments.Select(a => a.Job.ToString()).ShouldBe([Job(items[1]), Job(items[3])], ignoreOrder: true);
        Items(await SendAsync(network, "stop", [.. items.Select(i => new { jobAddress = Job(i) })])).Count(i => i.GetProperty("jobStatus").GetString() == "stopped").ShouldBe(996);
    }

    [Fact]
    public async Task Jobs_are_extended_and_stopped_in_batches_each_for_itself()
    {
        await using var network = await TestNetwork.StartAsync();
        var (stranger, _) = await network.NewAccountAsync(credits: 1);
        var (mine, theirs) = (await network.PostJobAsync(), await network.PostJobAsync(key: stranger));
        var (user, _) = await network.NewAccountAsync();

        var extended = Items(await SendAsync(network, "extend", [new { jobAddress = mine, seconds = 60 }, new { jobAddress = mine, seconds = 0 }, new { jobAddress = "nothing", seconds = 60 }]));
        extended.Select(i => i.GetProperty("status").GetString()).ShouldBe(["confirmed", "refused", "refused"]);
        (await network.GetAsync($"/api/jobs/{mine}")).Json.GetProperty("timeout").GetInt64().ShouldBe(660);

        var stopped = Items(await SendAsync(network, "stop", [new { jobAddress = theirs }, new { jobAddress = mine }], user));
        stopped.Select(i => i.GetProperty("error").GetProperty("code").GetString()).ShouldBe([ErrorCode.JobNotFound.Code, ErrorCode.JobNotFound.Code]);
        Items(await SendAsync(network, "stop", [new { jobAddress = mine }, new { jobAddress = mine }])).Select(i => i.TryGetProperty("tx", out _)).ShouldBe([true, false]);
    }

    [Fact]
    public async Task A_batch_without_a_key_or_with_too_many_items_is_refused()
    {
        await using var network = await TestNetwork.StartAsync();
        (await network.PostAsync("/api/jobs/list/batch", new { jobs = Array.Empty<object>() })).ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.InvalidParameter).Error.ShouldContain("Idempotency-Key");
        (await SendAsync(network, "list", [])).ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.InvalidParameter);
        foreach (var count in (int[])[1_001, 10_001])
            (await SendAsync(network, "stop", [.. Enumerable.Repeat(new { jobAddress = "x" }, count)])).ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.InvalidParameter).Error.ShouldContain("1 to 1000");
        (await SendAsync(network, "stop", [null!])).ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.InvalidParameter).Error.ShouldContain("$.jobs[0]");
        (await network.SendAsync(HttpMethod.Post, "/api/jobs/stop/batch", "{}", with: r => r.Headers.Add("Idempotency-Key", "k"))).ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.InvalidParameter);
    }

    private static string Job(JsonElement item) => item.GetProperty("job").GetString()!;

    private static List<JsonElement> Items(Answer answer) => [.. answer.ShouldSucceed().Json.GetProperty("items").EnumerateArray()];

    private static Task<Answer> SendAsync(TestNetwork network, string what, object[] jobs, string key = TestNetwork.OperatorKey) =>
        network.SendAsync(HttpMethod.Post, $"/api/jobs/{what}/batch", new { jobs }, key, r => r.Headers.Add("Idempotency-Key", "batch-" + what));
}
