using System.Net;
using Microsoft.Extensions.Time.Testing;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

public sealed class NodeTests
{
    [Fact]
    public async Task A_node_registers_joins_waits_and_leaves()
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = new SimulatedNode(network);
        (await node.RegisterAsync("box 7")).ShouldSucceed().Json.GetProperty("name").GetString().ShouldBe("box 7");
        await node.TakeTokenAsync();
        (await node.PostAsync("/api/nodes/join", new { market = "default", slots = 2 })).ShouldSucceed().Json.GetProperty("state").GetString().ShouldBe("QUEUED");
        (await node.BeatAsync()).Market.ShouldBe(Genesis.FirstMarket);
        await network.PostJobAsync();
        (await network.GetAsync($"/api/nodes/{node.Address}", key: "")).Json.GetProperty("state").GetString().ShouldBe("RUNNING_JOB");
        (await node.PostAsync("/api/nodes/leave")).ShouldSucceed();
        (await node.BeatAsync()).Market.ShouldBeNull();
        (await network.GetAsync("/api/nodes", key: "")).Json.GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task A_token_is_given_to_the_holder_of_the_key_alone()
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network);
        using var thief = new SimulatedNode(network);
        var challenge = await node.ChallengeAsync();
        foreach (var (signed, signature) in ((string, string)[])[(challenge, thief.Sign(challenge)), (challenge + "0", node.Sign(challenge + "0")), ("hello", node.Sign("hello")), (await thief.ChallengeAsync(), node.Sign(challenge))])
        {
            (await network.PostAsync("/api/nodes/token", new { node = node.Address.ToString(), challenge = signed, signature }, key: ""))
                .ShouldRefuse(HttpStatusCode.Unauthorized, ErrorCode.Unauthenticated);
        }
    }

    [Fact]
    public async Task A_challenge_and_a_token_run_out()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero));
        await using var network = await TestNetwork.StartAsync(time: time);
        using var node = await SimulatedNode.JoinedAsync(network);
        var challenge = await node.ChallengeAsync();
        time.Advance(NodeTokens.ChallengeLifetime);
        (await network.PostAsync("/api/nodes/token", new { node = node.Address.ToString(), challenge, signature = node.Sign(challenge) }, key: ""))
            .ShouldRefuse(HttpStatusCode.Unauthorized, ErrorCode.Unauthenticated);
        (await node.PostAsync("/api/nodes/leave")).ShouldSucceed();
        time.Advance(NodeTokens.TokenLifetime);
        (await node.PostAsync("/api/nodes/leave")).ShouldRefuse(HttpStatusCode.Unauthorized, ErrorCode.Unauthenticated).Error.ShouldContain("run out");
    }

    [Fact]
    public async Task A_node_that_nobody_registered_gets_no_token()
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = new SimulatedNode(network);
        var challenge = await node.ChallengeAsync();
        (await network.PostAsync("/api/nodes/token", new { node = node.Address.ToString(), challenge, signature = node.Sign(challenge) }, key: ""))
            .ShouldRefuse(HttpStatusCode.NotFound, ErrorCode.NodeNotFound);
    }

    [Fact]
    public async Task Registering_needs_the_scope()
    {
        await using var network = await TestNetwork.StartAsync();
        var key = (await network.PostAsync("/api/api-keys", new { name = "reader", scopes = new[] { "jobs:read" } })).Json.GetProperty("key").GetString();
        using var node = new SimulatedNode(network);
        (await node.RegisterAsync(key: key)).ShouldRefuse(HttpStatusCode.Forbidden, ErrorCode.InsufficientScope);
    }

    [Fact]
    public async Task Users_do_not_speak_for_nodes_nor_nodes_for_users()
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network);
        (await network.PostAsync("/api/nodes/heartbeat", new { runs = Array.Empty<object>() })).ShouldRefuse(HttpStatusCode.Unauthorized, ErrorCode.Unauthenticated);
        (await network.GetAsync("/api/jobs", node.Token)).ShouldRefuse(HttpStatusCode.Unauthorized, ErrorCode.Unauthenticated);
    }

    [Fact]
    public async Task A_silent_node_loses_its_runs_and_the_next_one_gets_them()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero));
        await using var network = await TestNetwork.StartAsync(time: time);
        using var silent = await SimulatedNode.JoinedAsync(network);
        var job = await network.PostJobAsync();
        var run = (await silent.BeatAsync()).Assignments.ShouldHaveSingleItem();
        (await silent.StartAsync(run)).ShouldSucceed();

        // The engine's own clock notices; nobody has to ask it to.
        await Eventually.SeesAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(5));
            return network.GetAsync($"/api/jobs/{job}");
        }, a => a.Json.GetProperty("status").GetString() == "pending", "the job is queued again");
        using var next = await SimulatedNode.JoinedAsync(network);
        (await next.BeatAsync()).Assignments.ShouldHaveSingleItem().Epoch.ShouldBe(2);
        (await silent.FinishAsync(run)).ShouldRefuse(HttpStatusCode.Conflict, ErrorCode.StaleEpoch);
    }

    [Theory]
    [InlineData("""{"epoch":1,"reason":"tired","endedSecondsAgo":0}""", "$.reason")]
    [InlineData("""{"epoch":1,"reason":"completed"}""", "'endedSecondsAgo'")]
    [InlineData("""{"epoch":1,"reason":"completed","endedSecondsAgo":-1}""", "'endedSecondsAgo'")]
    [InlineData("""{"epoch":1,"reason":"completed","endedSecondsAgo":0,"result":"x"}""", "$.result")]
    public async Task An_end_that_cannot_be_is_refused(string body, string says)
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network);
        await network.PostJobAsync();
        var run = (await node.BeatAsync()).Assignments.ShouldHaveSingleItem();
        var answer = await node.PostAsync($"/api/nodes/runs/{run.Run}/finish", body);
        answer.Status.ShouldBe(HttpStatusCode.BadRequest, answer.Text);
        answer.Error.ShouldContain(says);
    }
}
