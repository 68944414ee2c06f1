using System.Net;
using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

public sealed class OperationEndpointTests
{
    [Fact]
    public async Task Operations_are_listed_before_while_and_after_their_job_runs()
    {
        await using var scene = await NodeScene.StartAsync();
        var waiting = await scene.Network.PostJobAsync(NodeScene.Definition);
        (await scene.Network.GetAsync($"/api/jobs/{waiting}/ops")).ShouldSucceed().Json.EnumerateArray()
            .Select(o => (o.GetProperty("opId").GetString(), o.GetProperty("group").GetString(), o.GetProperty("status").GetString()))
            .ShouldBe([("first", "one", "init"), ("web", "two", "init")]);

        var running = (await scene.Network.GetAsync($"/api/jobs/{scene.Job}/ops")).ShouldSucceed().Json;
        running[0].GetProperty("status").GetString().ShouldBe("finished");
        running[0].GetProperty("exitCode").GetInt32().ShouldBe(0);
        running[0].GetProperty("endedAt").GetDateTimeOffset().ShouldBe(Results.Start.AddSeconds(1));
        running[1].GetProperty("status").GetString().ShouldBe("restarting");

        (await scene.Node.FinishAsync(scene.Run, await scene.Node.PinAsync(Results.Of("first", "a line")))).ShouldSucceed();
        (await scene.Network.GetAsync($"/api/jobs/{scene.Job}/ops")).ShouldSucceed().Json.EnumerateArray().ShouldHaveSingleItem().GetProperty("status").GetString().ShouldBe("finished");
    }

    [Theory]
    [InlineData("ops/web/restart", "group/two/operation/web/restart")]
    [InlineData("ops/web/stop", "group/two/operation/web/stop")]
    [InlineData("group/two/operation/web/stop", "group/two/operation/web/stop")]
    [InlineData("group/two/restart", "group/two/restart")]
    [InlineData("group/two/move", "group/two/move")]
    public async Task What_is_asked_comes_to_the_node_and_all_operations_come_back(string path, string asked)
    {
        await using var scene = await NodeScene.StartAsync();
        (await scene.Network.PostAsync($"/api/jobs/{scene.Job}/{path}", key: scene.OwnerKey)).ShouldSucceed().Json.GetArrayLength().ShouldBe(2);
        scene.Tunnel.Commands.ShouldHaveSingleItem().ShouldBe(asked);
    }

    [Fact]
    public async Task What_cannot_be_done_is_refused_with_the_reason()
    {
        await using var scene = await NodeScene.StartAsync();
        Task<Answer> Ask(string path, string? job = null) => scene.Network.PostAsync($"/api/jobs/{job ?? scene.Job}/{path}");

        (await Ask("ops/nobody/stop")).ShouldRefuse(HttpStatusCode.NotFound, ErrorCode.OperationNotFound).Error.ShouldContain("'nobody'");
        scene.Tunnel.CommandStatus = HttpStatusCode.NotFound;
        (await Ask("group/none/stop")).ShouldRefuse(HttpStatusCode.NotFound, ErrorCode.OperationNotFound).Error.ShouldContain("the group 'none'");
        scene.Tunnel.CommandStatus = HttpStatusCode.Conflict;
        (await Ask("ops/first/restart")).ShouldRefuse(HttpStatusCode.Conflict, ErrorCode.NotRunning).Error.ShouldContain("'first'");
        (await Ask("group/one/move")).ShouldRefuse(HttpStatusCode.Conflict, ErrorCode.NotRunning).Error.ShouldContain("forward");
        (await Ask("group/one/stop", await scene.Network.PostJobAsync(NodeScene.Definition))).ShouldRefuse(HttpStatusCode.Conflict, ErrorCode.NotRunning).Error.ShouldContain("waits for a node");
        (await scene.Node.FinishAsync(scene.Run)).ShouldSucceed();
        (await Ask("group/one/stop")).ShouldRefuse(HttpStatusCode.Conflict, ErrorCode.JobEnded);
    }

    [Fact]
    public async Task Lines_of_one_operation_or_kind_are_streamed_alone_and_the_ids_stay()
    {
        await using var scene = await NodeScene.StartAsync();
        var log = scene.Tunnel.LogOf(scene.Run);
        log.Write("one", op: "first");
        log.Write("two", op: "web");
        log.Write("three", op: "web", kind: LogKind.Stderr);
        using (var ofWeb = await EventReader.OpenAsync(scene.Network, $"/api/jobs/{scene.Job}/logs?op=web"))
            (await ofWeb.NextAsync("log")).Id.ShouldBe("1.2");
        using (var errors = await EventReader.OpenAsync(scene.Network, $"/api/jobs/{scene.Job}/logs?type=stderr,error"))
            (await errors.NextAsync("log")).Message.ShouldBe("three");
        (await scene.Network.GetAsync($"/api/jobs/{scene.Job}/logs?type=loud")).ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.InvalidParameter);
    }

    [Fact]
    public async Task Whoever_reads_slowly_gets_all_lines_though_the_job_has_ended_long_ago()
    {
        await using var scene = await NodeScene.StartAsync();
        var log = scene.Tunnel.LogOf(scene.Run);
        var filling = new string('x', 1000);
        for (var i = 0; i < 20_000; i++)
            log.Write(filling, op: "first");
        using var reader = await EventReader.OpenAsync(scene.Network, $"/api/jobs/{scene.Job}/logs");
        (await reader.NextAsync("log")).Id.ShouldBe("1.1");
        log.Complete();
        (await scene.Node.FinishAsync(scene.Run, await scene.Node.PinAsync(Results.Of("first", ResultLog.At(Results.Start, LogSource.StdOut, filling) with { Number = 20_000 })))).ShouldSucceed();
        var rest = await reader.RestAsync();
        rest.Where(e => e.Name == "log").Select(e => e.Id).ShouldBe(Enumerable.Range(2, 19_999).Select(i => $"1.{i}"));
        rest[^1].Name.ShouldBe("end");
    }
}
