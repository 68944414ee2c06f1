using Microsoft.Extensions.Time.Testing;
using Nosnet.Protocol;
using Nosnet.Storage.Tests;

namespace Nosnet.Server.Tests;

public sealed class StatsEndpointTests
{
    private static readonly ContainerUsage Usage = new() { CpuSeconds = 1.5, PeakMemoryBytes = 4096, ReceivedBytes = 10, SentBytes = 20 };

    [Fact]
    public async Task What_a_job_uses_comes_from_its_node_and_after_its_end_from_its_result()
    {
        await using var scene = await NodeScene.StartAsync();
        var path = $"/api/jobs/{scene.Job}/stats";
        (await scene.Network.GetAsync(path)).ShouldSucceed().Json.GetProperty("samples").GetArrayLength().ShouldBe(0);

        scene.Tunnel.Stats[scene.Run.Run.ToString()] = new JobStats { Samples = [Sample(1)], Totals = [new OperationTotals("web", Usage)] };
        var running = (await scene.Network.GetAsync(path)).ShouldSucceed().Json;
        running.GetProperty("samples")[0].GetProperty("cpuCores").GetDouble().ShouldBe(0.5);
        running.GetProperty("totals")[0].GetProperty("usage").GetProperty("peakMemoryBytes").GetInt64().ShouldBe(4096);

        var result = Results.Of("web", "a line");
        result = result with { Operations = [result.Operations[0] with { Diagnostics = new Diagnostics { Usage = Usage } }] };
        (await scene.Node.FinishAsync(scene.Run, await scene.Node.PinAsync(result))).ShouldSucceed();
        var ended = (await scene.Network.GetAsync(path)).ShouldSucceed().Json;
        ended.GetProperty("samples").GetArrayLength().ShouldBe(0);
        ended.GetProperty("totals")[0].GetProperty("opId").GetString().ShouldBe("web");
        ended.GetProperty("totals")[0].GetProperty("usage").GetProperty("cpuSeconds").GetDouble().ShouldBe(1.5);
    }

    [Fact]
    public async Task Whoever_follows_gets_the_samples_that_there_are_and_the_end()
    {
        await using var scene = await NodeScene.StartAsync();
        scene.Tunnel.Stats[scene.Run.Run.ToString()] = new JobStats { Samples = [Sample(1), Sample(2)], Totals = [] };
        using var reader = await EventReader.OpenAsync(scene.Network, $"/api/jobs/{scene.Job}/stats?follow=true");
        (await reader.NextAsync("stats")).Data.GetProperty("at").GetDateTimeOffset().ShouldBe(Results.Start.AddSeconds(1));
        (await reader.NextAsync("stats")).Data.GetProperty("opId").GetString().ShouldBe("web");
        (await scene.Node.FinishAsync(scene.Run)).ShouldSucceed();
        (await reader.RestAsync()).ShouldNotContain(e => e.Name == "stats");
    }

    [Fact]
    public async Task Whoever_follows_is_cut_off_and_not_told_of_an_end_while_the_store_is_away()
    {
        await using var cluster = new PostgresCluster();
        var store = await cluster.NewDatabaseAsync();
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var network = await TestNetwork.StartAsync(o => o with { Store = store }, time);
        var job = await network.PostJobAsync();
        using var reader = await EventReader.OpenAsync(network, $"/api/jobs/{job}/stats?follow=true");
        (await reader.NextAsync(":")).ShouldNotBeNull();

        await cluster.StopAsync();
        time.Advance(TimeSpan.FromSeconds(5));
        var rest = await Record.ExceptionAsync(reader.RestAsync);
        await cluster.StartAsync();

        rest.ShouldBeAssignableTo<IOException>();
    }

    private static StatsSample Sample(int second) => new()
    {
        OpId = "web",
        At = Results.Start.AddSeconds(second),
        CpuCores = 0.5,
        MemoryBytes = 4096,
        ReceivedBytes = 1,
        SentBytes = 2,
    };
}
