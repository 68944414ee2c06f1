using Microsoft.Extensions.Time.Testing;
using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

public sealed class JobStreamTests
{
    [Fact]
    public async Task A_stream_tells_where_the_job_stands_its_log_and_its_end()
    {
        await using var network = await TestNetwork.StartAsync();
        var job = await network.PostJobAsync();
        using var events = await EventReader.OpenAsync(network, $"/api/jobs/{job}/logs");
        var queued = (await events.NextAsync("status")).Data;
        queued.GetProperty("status").GetString().ShouldBe("pending");
        queued.GetProperty("queue").GetProperty("position").GetInt32().ShouldBe(1);

        using var node = await SimulatedNode.JoinedAsync(network);
        await using var tunnel = await TunnelNode.OpenAsync(network, node);
        (await events.NextAsync("status", s => s.GetProperty("status").GetString() == "running")).Data.GetProperty("node").GetString().ShouldBe(node.Address.ToString());
        var run = (await node.BeatAsync()).Assignments.ShouldHaveSingleItem();
        var log = tunnel.LogOf(run);
        log.Write("pulling", kind: LogKind.Info);
        var first = await events.NextAsync("log");
        (first.Id, first.Message).ShouldBe(("1.1", "pulling"));
        await node.StartAsync(run);
        await events.NextAsync("status", s => s.GetProperty("startedAt").ValueKind is not System.Text.Json.JsonValueKind.Null);
        log.Write("hi");
        (await events.NextAsync("log")).Id.ShouldBe("1.2");
        log.Complete();
        await node.FinishAsync(run, await node.PinAsync(Results.Of("hello", ResultLog.At(Results.Start, LogSource.StdOut, "hi") with { Number = 2 })));

        var rest = await events.RestAsync();
        rest.Select(e => e.Name).ShouldBe(["status", "end"]);
        rest[0].Data.GetProperty("endReason").GetString().ShouldBe("completed");
        rest[1].Data.GetProperty("jobResult").GetProperty("status").GetString().ShouldBe("success");
        rest[1].Data.GetProperty("jobDefinition").GetProperty("version").GetString().ShouldBe("0.1");
    }

    [Fact]
    public async Task A_cut_tunnel_neither_loses_nor_repeats_a_line()
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network);
        await using var tunnel = await TunnelNode.OpenAsync(network, node);
        var job = await network.PostJobAsync();
        var run = (await node.BeatAsync()).Assignments.ShouldHaveSingleItem();
        var log = tunnel.LogOf(run);
        using var events = await EventReader.OpenAsync(network, $"/api/jobs/{job}/logs");
        log.Write("one");
        (await events.NextAsync("log")).Message.ShouldBe("one");
        tunnel.Cut();
        log.Write("two");
        log.Write("three");
        log.Complete();
        (await events.NextAsync("log")).Id.ShouldBe("1.2");
        (await events.NextAsync("log")).Id.ShouldBe("1.3");
        await node.FinishAsync(run);
        (await events.RestAsync()).Where(e => e.Name == "log").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_reader_that_comes_back_goes_on_after_its_last_line()
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network);
        await using var tunnel = await TunnelNode.OpenAsync(network, node);
        var job = await network.PostJobAsync();
        var run = (await node.BeatAsync()).Assignments.ShouldHaveSingleItem();
        var log = tunnel.LogOf(run);
        foreach (var line in (string[])["one", "two", "three"])
            log.Write(line);
        using (var byHeader = await EventReader.OpenAsync(network, $"/api/jobs/{job}/logs", lastEventId: "1.2"))
            (await byHeader.NextAsync("log")).Message.ShouldBe("three");
        using (var byQuery = await EventReader.OpenAsync(network, $"/api/jobs/{job}/logs?from=1.1"))
            (await byQuery.NextAsync("log")).Message.ShouldBe("two");
        // What somebody has of another run counts for nothing.
        using var ofAnotherRun = await EventReader.OpenAsync(network, $"/api/jobs/{job}/logs?from=7.3");
        (await ofAnotherRun.NextAsync("log")).Message.ShouldBe("one");
    }

    [Fact]
    public async Task An_ended_job_tells_its_log_from_its_result()
    {
        await using var network = await TestNetwork.StartAsync();
        var job = await EndedAsync(network, Results.Of("hello",
            ResultLog.At(Results.Start, LogSource.StdOut, "one") with { Number = 2 },
            ResultLog.At(Results.Start, LogSource.StdErr, "two") with { Number = 5 },
            ResultLog.At(Results.Start, LogSource.StdOut, "three") with { Number = 6 }));
        using (var whole = await EventReader.OpenAsync(network, $"/api/jobs/{job}/logs"))
            (await whole.RestAsync()).Select(e => e.Id).ShouldBe([null, "1.2", "1.5", "1.6", null]);
        using var rest = await EventReader.OpenAsync(network, $"/api/jobs/{job}/logs?from=1.4");
        (await rest.RestAsync()).Where(e => e.Name == "log").Select(e => e.Message).ShouldBe(["two", "three"]);
    }

    [Fact]
    public async Task The_last_lines_come_from_the_result_when_the_node_is_gone()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero));
        await using var network = await TestNetwork.StartAsync(time: time);
        using var node = await SimulatedNode.JoinedAsync(network);
        var tunnel = await TunnelNode.OpenAsync(network, node);
        var job = await network.PostJobAsync();
        var run = (await node.BeatAsync()).Assignments.ShouldHaveSingleItem();
        await node.StartAsync(run);
        // Before anybody reads it: a node that has no log yet is asked again half a second later, and time stands.
        var log = tunnel.LogOf(run);
        using var events = await EventReader.OpenAsync(network, $"/api/jobs/{job}/logs");
        log.Write("pulling", kind: LogKind.Info);
        log.Write("one");
        await events.NextAsync("log", e => e.GetProperty("message").GetString() == "one");
        await tunnel.DisposeAsync();
        // Lines without numbers: then those count that were sent.
        await node.FinishAsync(run, await node.PinAsync(Results.Of("hello", "one", "two", "three")));

        // For a while it might come back.
        using var ticking = Ticking(time);
        (await events.RestAsync()).Where(e => e.Name == "log").Select(e => (e.Id, e.Message)).ShouldBe([("1.3", "two"), ("1.4", "three")]);
    }

    [Fact]
    public async Task The_status_stream_has_no_log()
    {
        await using var network = await TestNetwork.StartAsync();
        var job = await EndedAsync(network, Results.Of("hello", "one"));
        using var events = await EventReader.OpenAsync(network, $"/api/jobs/{job}/status");
        (await events.RestAsync()).Select(e => e.Name).ShouldBe(["status", "end"]);
    }

    [Fact]
    public async Task A_place_that_is_none_is_refused()
    {
        await using var network = await TestNetwork.StartAsync();
        var job = await network.PostJobAsync();
        foreach (var from in (string[])["x", "1", "-1.2", "1.2.3", "1.99999999999999999999"])
            (await network.GetAsync($"/api/jobs/{job}/logs?from={from}")).ShouldRefuse(System.Net.HttpStatusCode.BadRequest, ErrorCode.InvalidParameter);
    }

    [Fact]
    public async Task The_queue_is_told_as_it_moves_and_silence_is_broken_by_comments()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero));
        await using var network = await TestNetwork.StartAsync(time: time);
        var before = await network.PostJobAsync();
        var job = await network.PostJobAsync();
        using var events = await EventReader.OpenAsync(network, $"/api/jobs/{job}/status");
        (await events.NextAsync("status")).Data.GetProperty("queue").GetProperty("position").GetInt32().ShouldBe(2);
        await network.PostAsync($"/api/jobs/{before}/stop");
        using var ticking = Ticking(time);
        (await events.NextAsync("status")).Data.GetProperty("queue").GetProperty("position").GetInt32().ShouldBe(1);
        (await events.NextAsync(":")).Id.ShouldBeNull();
    }

    [Fact]
    public async Task A_server_that_stops_ends_its_streams_without_their_last_event()
    {
        await using var network = await TestNetwork.StartAsync();
        var job = await network.PostJobAsync();
        using var events = await EventReader.OpenAsync(network, $"/api/jobs/{job}/logs");
        await events.NextAsync("status");
        var stopping = network.Server.StopAsync(TestNetwork.Cancellation);
        (await events.RestAsync()).Where(e => e.Name == "end").ShouldBeEmpty();
        await stopping;
    }

    private static async Task<string> EndedAsync(TestNetwork network, JobResult result)
    {
        using var node = await SimulatedNode.JoinedAsync(network);
        var job = await network.PostJobAsync();
        var run = (await node.BeatAsync()).Assignments.ShouldHaveSingleItem();
        await node.StartAsync(run);
        (await node.FinishAsync(run, await node.PinAsync(result))).ShouldSucceed();
        return job;
    }

    /// <summary>Moves the clock while the test waits for what the clock brings about.</summary>
    private static Timer Ticking(FakeTimeProvider time) => new(_ => time.Advance(TimeSpan.FromMilliseconds(500)), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(20));
}
