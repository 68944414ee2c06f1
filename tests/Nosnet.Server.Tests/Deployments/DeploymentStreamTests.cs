using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

public sealed class DeploymentStreamTests
{
    private const string Web = """{"version":"0.1","type":"container","ops":[{"type":"container/run","id":"web","args":{"image":"busybox","cmd":"httpd","expose":8080}}]}""";

    [Fact]
    public async Task It_begins_with_where_everything_stands_and_goes_on_with_every_change()
    {
        await using var network = await TestNetwork.StartAsync();
        var id = await network.CreateAsync(more: ("replicas", 2));
        using var stream = await EventReader.OpenAsync(network, $"/api/deployments/{id}/stream");
        var first = await NextAsync(stream, "deployment");
        (first.GetProperty("status").GetString(), first.GetProperty("replicas").GetInt32(), first.GetProperty("active_revision").GetInt32()).ShouldBe(("DRAFT", 2, 1));

        (await network.PostAsync($"/api/deployments/{id}/start")).ShouldSucceed();
        (await NextAsync(stream, "deployment")).GetProperty("status").GetString().ShouldBe("RUNNING");
        await network.UntilAsync(id, d => d.GetProperty("jobs_listed").GetInt32() == 2);
        var jobs = new List<string?>();
        var events = new List<string?>();
        while (jobs.Count < 2 || events.Count < 2)
        {
            var frame = (await stream.NextAsync("")).Data;
            if (Type(frame) == "job")
                jobs.Add(frame.GetProperty("state").GetString());
            else if (Type(frame) == "event")
                events.Add(frame.GetProperty("event").GetString());
        }

        jobs.ShouldBe(["QUEUED", "QUEUED"]);
        events.ShouldBe(["JOB_LIST_CONFIRMED", "JOB_LIST_CONFIRMED"]);

        using var later = await EventReader.OpenAsync(network, $"/deployments/{id}/stream");
        (await later.NextAsync()).ShouldNotBeNull().Data.GetProperty("status").GetString().ShouldBe("RUNNING");
        Type((await later.NextAsync()).ShouldNotBeNull().Data).ShouldBe("job", "what happened before is not told again");
    }

    [Fact]
    public async Task A_task_is_told_until_it_is_done()
    {
        await using var network = await TestNetwork.StartAsync();
        var id = await network.CreateAsync("SCHEDULED", ("schedule", "0 9 * * *"), ("autostart", true));
        using var stream = await EventReader.OpenAsync(network, $"/api/deployments/{id}/stream");
        var task = await NextAsync(stream, "task");
        (task.GetProperty("task").GetString(), task.GetProperty("status").GetString()).ShouldBe(("LIST", "PENDING"));
        task.GetProperty("due_at").GetString()!.ShouldEndWith("T09:00:00.000Z");
        task.GetProperty("job").ValueKind.ShouldBe(JsonValueKind.Null);

        (await network.PostAsync($"/api/deployments/{id}/stop")).ShouldSucceed();
        await network.UntilAsync(id, d => d.GetProperty("status").GetString() == "STOPPED");
        await stream.NextAsync("", f => Type(f) == "task" && f.GetProperty("status").GetString() == "DONE" && f.GetProperty("id").GetString() == task.GetProperty("id").GetString());
    }

    [Fact]
    public async Task Whoever_comes_back_gets_the_events_behind_the_one_that_they_have()
    {
        await using var network = await TestNetwork.StartAsync();
        var id = await network.CreateAsync("SIMPLE", ("replicas", 3));
        string beginning;
        using (var stream = await EventReader.OpenAsync(network, $"/api/deployments/{id}/stream"))
            beginning = (await stream.NextAsync()).ShouldNotBeNull().Id.ShouldNotBeNull();
        (await network.PostAsync($"/api/deployments/{id}/start")).ShouldSucceed();
        await network.UntilAsync(id, d => d.GetProperty("jobs_listed").GetInt32() == 3);

        var told = await EventsAsync(network, id, beginning, 3);
        told.Select(e => e.Id).ShouldBeUnique();
        (await EventsAsync(network, id, told[0].Id!, 2)).Select(e => e.Message).ShouldBe(told.Skip(1).Select(e => e.Message));

        using var none = await EventReader.OpenAsync(network, $"/api/deployments/{id}/stream", told[^1].Id);
        (await none.NextAsync()).ShouldNotBeNull().Id.ShouldBe(told[^1].Id);
    }

    [Fact]
    public async Task An_id_that_no_stream_gave_is_refused()
    {
        await using var network = await TestNetwork.StartAsync();
        var id = await network.CreateAsync();
        (await network.SendAsync(HttpMethod.Get, $"/api/deployments/{id}/stream", with: r => r.Headers.Add("Last-Event-ID", "42"))).ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.InvalidParameter);
    }

    [Fact]
    public async Task Endpoints_are_told_as_they_come_online_and_go()
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network);
        var id = await network.CreateAsync(more: ("job_definition", JsonElement.Parse(Web)));
        using var stream = await EventReader.OpenAsync(network, $"/api/deployments/{id}/stream");
        var endpoint = await NextAsync(stream, "endpoint");
        (endpoint.GetProperty("opId").GetString(), endpoint.GetProperty("port").GetInt32(), endpoint.GetProperty("status").GetString()).ShouldBe(("web", 8080, "OFFLINE"));
        endpoint.GetProperty("url").GetString().ShouldBe((await network.GetAsync($"/api/deployments/{id}")).Json.GetProperty("endpoints")[0].GetProperty("url").GetString());

        (await network.PostAsync($"/api/deployments/{id}/start")).ShouldSucceed();
        await network.UntilAsync(id, d => d.GetProperty("jobs_listed").GetInt32() == 1);
        var run = (await node.BeatAsync()).Assignments.ShouldHaveSingleItem();
        (await node.StartAsync(run)).ShouldSucceed();
        // What a node says of ports that the server does not know yet is passed over until it says it again.
        var ports = network.Server.Services.GetRequiredService<ServiceIndex>();
        await Eventually.IsAsync(() => ports.Jobs.Count == 1, "the server knows the job's ports");
        await SayAsync(node, run, "ONLINE");
        await stream.NextAsync("", f => Type(f) == "endpoint" && f.GetProperty("status").GetString() == "ONLINE");
        await SayAsync(node, run, "OFFLINE");
        await stream.NextAsync("", f => Type(f) == "endpoint" && f.GetProperty("status").GetString() == "OFFLINE");
    }

    [Fact]
    public async Task It_ends_with_the_deployment()
    {
        await using var network = await TestNetwork.StartAsync();
        var id = await network.CreateAsync(more: ("autostart", true));
        using var stream = await EventReader.OpenAsync(network, $"/api/deployments/{id}/stream");
        (await network.PostAsync($"/api/deployments/{id}/stop")).ShouldSucceed();
        await network.UntilAsync(id, d => d.GetProperty("status").GetString() == "STOPPED");
        (await network.SendAsync(HttpMethod.Delete, $"/api/deployments/{id}")).ShouldSucceed();
        (await stream.RestAsync()).ShouldNotBeEmpty();
    }

    private static string? Type(JsonElement frame) => frame.GetProperty("type").GetString();

    private static async Task<JsonElement> NextAsync(EventReader stream, string type) => (await stream.NextAsync("", f => Type(f) == type)).Data;

    private static async Task<List<ServerEvent>> EventsAsync(TestNetwork network, string deployment, string after, int count)
    {
        using var stream = await EventReader.OpenAsync(network, $"/api/deployments/{deployment}/stream", after);
        var events = new List<ServerEvent>();
        while (events.Count < count)
            events.Add(await stream.NextAsync("", f => Type(f) == "event"));
        return events;
    }

    private static async Task SayAsync(SimulatedNode node, Assignment run, string status) => (await node.PostAsync("/api/nodes/heartbeat", new
    {
        runs = new[] { new { run = run.Run.ToString(), epoch = run.Epoch, phase = "running", services = new[] { new { operation = 0, port = 8080, status } } } },
    })).ShouldSucceed();
}
