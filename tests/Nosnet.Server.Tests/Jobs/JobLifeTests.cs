using System.Net;
using Microsoft.Extensions.Time.Testing;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

public sealed class JobLifeTests
{
    [Fact]
    public async Task A_job_waits_is_taken_by_a_node_and_costs_what_it_has_run()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero));
        await using var network = await TestNetwork.StartAsync(time: time);
        var job = await network.PostJobAsync(timeout: 3600);

        var queued = (await network.GetAsync($"/api/jobs/{job}")).ShouldSucceed().Json;
        queued.GetProperty("state").GetInt32().ShouldBe(0);
        queued.GetProperty("status").GetString().ShouldBe("pending");
        queued.GetProperty("node").GetString().ShouldBe("11111111111111111111111111111111");
        queued.GetProperty("reservedUsd").GetDecimal().ShouldBe(0.11m);
        queued.GetProperty("queue").GetProperty("position").GetInt32().ShouldBe(1);
        queued.GetProperty("jobDefinition").GetProperty("ops")[0].GetProperty("id").GetString().ShouldBe("hello");

        using var node = await SimulatedNode.JoinedAsync(network);
        var run = (await node.BeatAsync()).Assignments.ShouldHaveSingleItem();
        run.Job.ToString().ShouldBe(job);
        run.RemainingSeconds.ShouldBeNull();
        (await node.StartAsync(run)).ShouldSucceed().Json.GetProperty("remainingSeconds").GetDouble().ShouldBe(3600);

        for (var i = 0; i < 6; i++)
        {
            time.Advance(TimeSpan.FromSeconds(10));
            await node.BeatAsync();
        }

        var running = (await network.GetAsync($"/jobs/{job}")).Json;
        running.GetProperty("status").GetString().ShouldBe("running");
        running.GetProperty("costUsd").GetDecimal().ShouldBe(0.001833334m);
        running.GetProperty("node").GetString().ShouldBe(node.Address.ToString());
    }

    [Fact]
    public async Task A_finished_job_shows_its_result_and_releases_the_rest_of_its_reservation()
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network);
        var job = await network.PostJobAsync(timeout: 3600);
        var run = (await node.BeatAsync()).Assignments.ShouldHaveSingleItem();
        (await node.StartAsync(run)).ShouldSucceed();
        var result = await node.PinAsync(Results.Of("hello", "hi"));
        (await node.FinishAsync(run, result)).ShouldSucceed().Json.GetProperty("status").GetString().ShouldBe("completed");

        var ended = (await network.GetAsync($"/api/jobs/{job}")).Json;
        ended.GetProperty("state").GetInt32().ShouldBe(2);
        ended.GetProperty("jobStatus").GetString().ShouldBe("success");
        ended.GetProperty("endReason").GetString().ShouldBe("completed");
        ended.GetProperty("ipfsResult").GetString().ShouldBe(result);
        ended.GetProperty("jobResult").GetProperty("opStates")[0].GetProperty("logs")[0].GetProperty("log").GetString().ShouldBe("hi");
        ended.GetProperty("reservedUsd").GetDecimal().ShouldBe(0);
        var cost = ended.GetProperty("costUsd").GetDecimal();
        cost.ShouldBeGreaterThan(0);
        cost.ShouldBeLessThan(0.11m);
        (await network.AvailableAsync()).ShouldBe(100 - cost);

        (await network.GetAsync($"/api/jobs/{job}/result")).ShouldSucceed().Json.GetProperty("status").GetString().ShouldBe("success");
        var events = (await network.GetAsync($"/api/jobs/{job}/events")).ShouldSucceed().Json.EnumerateArray().Select(e => e.GetProperty("type").GetString());
        events.ShouldBe(["JobPosted", "JobAssigned", "RunStarted", "JobEnded"]);
    }

    [Fact]
    public async Task Finishing_a_run_twice_is_answered_twice_and_paid_once()
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network);
        await network.PostJobAsync();
        var run = (await node.BeatAsync()).Assignments.ShouldHaveSingleItem();
        await node.StartAsync(run);
        var first = (await node.FinishAsync(run)).ShouldSucceed();
        var balance = await network.BalanceAsync();

        (await node.FinishAsync(run)).ShouldSucceed().Text.ShouldBe(first.Text);
        (await network.BalanceAsync()).ShouldBe(balance);
    }

    [Fact]
    public async Task What_a_node_says_of_another_epoch_is_refused()
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network);
        await network.PostJobAsync();
        var run = (await node.BeatAsync()).Assignments.ShouldHaveSingleItem();

        (await node.StartAsync(run with { Epoch = 2 })).ShouldRefuse(HttpStatusCode.Conflict, ErrorCode.StaleEpoch);
        (await node.FinishAsync(run with { Epoch = 2 })).ShouldRefuse(HttpStatusCode.Conflict, ErrorCode.StaleEpoch);
    }

    [Fact]
    public async Task A_run_does_not_end_before_its_result_is_pinned()
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network);
        var job = await network.PostJobAsync();
        var run = (await node.BeatAsync()).Assignments.ShouldHaveSingleItem();
        await node.StartAsync(run);

        (await node.FinishAsync(run, UnixFsImporter.CidOf("never pinned"u8).ToString())).ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.InvalidParameter);
        (await network.GetAsync($"/api/jobs/{job}")).Json.GetProperty("status").GetString().ShouldBe("running");
    }

    [Fact]
    public async Task Stopping_a_queued_job_costs_nothing()
    {
        await using var network = await TestNetwork.StartAsync();
        var job = await network.PostJobAsync();
        var stopped = (await network.PostAsync($"/api/jobs/{job}/stop")).ShouldSucceed().Json;
        stopped.GetProperty("delisted").GetBoolean().ShouldBeTrue();
        stopped.GetProperty("outcome").GetString().ShouldBe("delisted");
        stopped.GetProperty("status").GetString().ShouldBe("stopped");
        (await network.AvailableAsync()).ShouldBe(100);

        var again = (await network.PostAsync($"/api/jobs/{job}/stop")).ShouldSucceed().Json;
        again.GetProperty("outcome").GetString().ShouldBe("already_terminal");
        again.GetProperty("tx").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
    }

    [Fact]
    public async Task Stopping_a_running_job_asks_its_node()
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network);
        var job = await network.PostJobAsync();
        (await network.PostAsync($"/api/jobs/{job}/stop")).ShouldSucceed().Json.GetProperty("outcome").GetString().ShouldBe("ended");
        var run = (await node.BeatAsync()).Assignments.ShouldHaveSingleItem();
        run.StopRequested.ShouldBeTrue();
        (await node.FinishAsync(run, reason: "stopped_by_owner")).ShouldSucceed().Json.GetProperty("status").GetString().ShouldBe("stopped");
    }

    [Fact]
    public async Task A_job_is_seen_by_its_owner_and_the_operator_alone()
    {
        await using var network = await TestNetwork.StartAsync();
        var (owner, _) = await network.NewAccountAsync(credits: 1);
        var (stranger, _) = await network.NewAccountAsync(credits: 1);
        var job = await network.PostJobAsync(key: owner);

        (await network.GetAsync($"/api/jobs/{job}", owner)).ShouldSucceed();
        (await network.GetAsync($"/api/jobs/{job}")).ShouldSucceed();
        foreach (var path in (string[])["", "/events", "/logs", "/status", "/result"])
            (await network.GetAsync($"/api/jobs/{job}{path}", stranger)).ShouldRefuse(HttpStatusCode.NotFound, ErrorCode.JobNotFound);
        (await network.PostAsync($"/api/jobs/{job}/stop", null, stranger)).ShouldRefuse(HttpStatusCode.NotFound, ErrorCode.JobNotFound);
        (await network.PostAsync($"/api/jobs/{job}/extend", new { seconds = 60 }, stranger)).ShouldRefuse(HttpStatusCode.NotFound, ErrorCode.JobNotFound);
    }

    [Fact]
    public async Task Exposed_ports_answer_under_the_ids_that_clients_derive()
    {
        const string Web = """{"version":"0.1","type":"container","ops":[{"type":"container/create-volume","id":"v","args":{"name":"v"}},{"type":"container/run","id":"web","args":{"image":"nginx","expose":[80,{"port":8080}]}}]}""";
        await using var network = await TestNetwork.StartAsync(o => o with { EndpointDomain = "apps.example" });
        var job = await network.PostJobAsync(Web);
        var endpoints = (await network.GetAsync($"/api/jobs/{job}")).Json.GetProperty("endpoints").EnumerateArray().ToList();

        endpoints.Count.ShouldBe(2);
        var digest = System.Security.Cryptography.SHA512.HashData(System.Text.Encoding.UTF8.GetBytes($"1:80:{job}"));
        endpoints[0].GetProperty("url").GetString().ShouldBe($"http://{SimpleBase.Base58.Bitcoin.Encode(digest)[..44]}.apps.example");
        endpoints[1].GetProperty("port").GetInt32().ShouldBe(8080);
    }

    [Fact]
    public async Task Private_ports_are_not_shown()
    {
        const string Web = """{"version":"0.1","type":"container","ops":[{"type":"container/run","id":"web","args":{"image":"nginx","expose":80,"private":true}}]}""";
        await using var network = await TestNetwork.StartAsync();
        var job = await network.PostJobAsync(Web);
        (await network.GetAsync($"/api/jobs/{job}")).Json.GetProperty("endpoints").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task A_job_can_ask_for_one_node()
    {
        await using var network = await TestNetwork.StartAsync();
        using var first = await SimulatedNode.JoinedAsync(network);
        using var second = await SimulatedNode.JoinedAsync(network);
        var posted = await network.PostAsync("/api/jobs", new { ipfsHash = await network.PinAsync(TestNetwork.Hello), market = "default", node = second.Address.ToString() });
        posted.ShouldSucceed().Json.GetProperty("node").GetString().ShouldBe(second.Address.ToString());
        (await first.BeatAsync()).Assignments.ShouldBeEmpty();
        (await second.BeatAsync()).Assignments.ShouldHaveSingleItem();
    }
}
