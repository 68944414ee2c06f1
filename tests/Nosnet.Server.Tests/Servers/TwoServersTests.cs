using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Nosnet.Protocol;
using Nosnet.Storage.Tests;

namespace Nosnet.Server.Tests;

/// <summary>Two servers over one database: the first one carries the commands out, the second passes them on and takes over.</summary>
public sealed class TwoServersTests(PostgresCluster cluster)
{
    private const string Web = """{"version":"0.1","type":"container","ops":[{"type":"container/run","id":"web","args":{"image":"busybox","cmd":["httpd"],"expose":8080}}]}""";

    [Fact]
    public async Task Whichever_server_is_asked_the_network_is_the_same()
    {
        await using var servers = await StartAsync();
        var job = await servers.Second.PostJobAsync();
        var (key, _) = await servers.First.NewAccountAsync(credits: 1);

        (await servers.First.GetAsync($"/api/jobs/{job}")).ShouldSucceed().Text.ShouldBe((await servers.Second.GetAsync($"/api/jobs/{job}")).ShouldSucceed().Text);
        (await servers.Second.AvailableAsync(key)).ShouldBe(1);
        (await servers.First.BalanceAsync()).ShouldBe(await servers.Second.BalanceAsync());
        // A refusal is passed on as it is.
        (await servers.Second.PostAsync("/api/jobs/list", new { ipfsHash = "nonsense", market = "default", timeout = 1 })).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await servers.Second.PostAsync("/api/jobs/list", "{")).ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.MalformedRequest);
        (await servers.Second.PostAsync("/api/jobs/list", key: "nos_nobodys_key_at_all_0000000")).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_request_that_names_its_whole_address_is_passed_on_like_any_other()
    {
        await using var servers = await StartAsync();
        var second = new Uri(servers.Second.Server.Url);
        using var caller = new TcpClient();
        await caller.ConnectAsync(second.Host, second.Port, TestNetwork.Cancellation);
        await using var stream = caller.GetStream();

        const string Body = """{"newAccount":"somebody"}""";
        var head = $"POST {second}api/api-keys HTTP/1.1\r\nHost: {second.Authority}\r\nAuthorization: Bearer {TestNetwork.OperatorKey}\r\nContent-Length: {Body.Length}\r\nConnection: close\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head + Body), TestNetwork.Cancellation);

        (await new StreamReader(stream).ReadToEndAsync(TestNetwork.Cancellation)).ShouldStartWith("HTTP/1.1 200");
    }

    [Fact]
    public async Task A_node_at_one_server_runs_the_jobs_of_the_other_whose_readers_follow_its_log()
    {
        await using var servers = await StartAsync();
        foreach (var (here, there) in ((TestNetwork, TestNetwork)[])[(servers.Second, servers.First), (servers.First, servers.Second)])
        {
            using var node = await SimulatedNode.JoinedAsync(here);
            await using var tunnel = await TunnelNode.OpenAsync(here, node);
            var job = await there.PostJobAsync();
            // Told through its tunnel, before it asks.
            await Eventually.IsAsync(() => tunnel.Delivered.Any(d => d.Job.ToString() == job), "the node is told of its job");
            var run = (await node.BeatAsync()).Assignments.ShouldHaveSingleItem();
            (await node.StartAsync(run)).ShouldSucceed();
            using var events = await EventReader.OpenAsync(there, $"/api/jobs/{job}/logs");
            var log = tunnel.LogOf(run);
            log.Write("hi");
            (await events.NextAsync("log")).Message.ShouldBe("hi");

            (await there.PostAsync($"/api/jobs/{job}/stop")).ShouldSucceed();
            await Eventually.IsAsync(() => tunnel.Delivered.Any(d => d.StopRequested), "the node is told to stop");
            log.Complete();
            (await node.FinishAsync(run, reason: "stopped_by_owner")).ShouldSucceed();
            (await events.RestAsync())[^1].Name.ShouldBe("end");
            (await node.PostAsync("/api/nodes/leave")).ShouldSucceed();
        }
    }

    [Fact]
    public async Task A_service_is_reached_through_the_server_that_does_not_hold_its_node()
    {
        await using var servers = await StartAsync();
        using var node = await SimulatedNode.JoinedAsync(servers.Second);
        await using var tunnel = await TunnelNode.OpenAsync(servers.Second, node);
        var (_, name) = await ServeAsync(servers, node);
        // Each server has its own domain here; a network of several has one.
        var host = name + ":" + new Uri(servers.First.Server.Url).Port;

        var answer = await Eventually.SeesAsync(
            () => servers.First.SendAsync(HttpMethod.Get, "/a%2Fb?x=1", key: "", with: r => r.Headers.Host = host), a => a.Status is HttpStatusCode.OK, "the service answers");
        answer.Json.GetProperty("target").GetString().ShouldBe("/a%2Fb?x=1");
        answer.Json.GetProperty("host").GetString().ShouldBe(host);
    }

    [Fact]
    public async Task A_node_that_is_drained_at_one_server_takes_nothing_new_whichever_it_beats_at()
    {
        await using var servers = await StartAsync();
        using var node = await SimulatedNode.JoinedAsync(servers.Second);
        (await servers.First.PostAsync($"/api/nodes/{node.Address}/drain")).ShouldSucceed();
        var job = await servers.Second.PostJobAsync();

        var drained = await node.BeatAsync();
        (drained.Draining, drained.Assignments.Count).ShouldBe((true, 0));

        (await servers.Second.PostAsync($"/api/nodes/{node.Address}/resume")).ShouldSucceed();
        (await node.BeatAsync()).Assignments.ShouldHaveSingleItem().Job.ToString().ShouldBe(job);
    }

    [Fact]
    public async Task A_node_that_comes_back_to_another_server_is_found_there_by_who_waits_for_it()
    {
        await using var servers = await StartAsync();
        using var node = await SimulatedNode.JoinedAsync(servers.First);
        var tunnels = servers.First.Server.Services.GetRequiredService<Tunnels>();
        await (await TunnelNode.OpenAsync(servers.First, node)).DisposeAsync();
        await Eventually.IsAsync(() => tunnels.Find(node.Address) is null, "the node has left");

        var waiting = tunnels.SendAsync(node.Address, () => new HttpRequestMessage(HttpMethod.Get, "http://node/info"), TestNetwork.Cancellation);
        await using var elsewhere = await TunnelNode.OpenAsync(servers.Second, node);

        var found = await waiting;
        found.IsRefused.ShouldBeFalse();
        found.Value.StatusCode.ShouldBe(HttpStatusCode.OK);
        found.Value.Dispose();
    }

    [Fact]
    public async Task A_deployments_job_is_stopped_once_the_requests_that_go_past_the_server_of_its_node_are_over()
    {
        await using var servers = await StartAsync();
        using var node = await SimulatedNode.JoinedAsync(servers.First);
        await using var tunnel = await TunnelNode.OpenAsync(servers.Second, node);
        var id = await servers.First.CreateAsync("INFINITE", ("autostart", true), ("job_definition", JsonElement.Parse(Web)));
        await servers.First.UntilAsync(id, d => d.GetProperty("jobs_listed").GetInt32() == 1);
        var run = (await node.BeatAsync()).Assignments.ShouldHaveSingleItem();
        (await node.StartAsync(run)).ShouldSucceed();
        var host = new Uri((await servers.First.GetAsync($"/api/deployments/{id}")).Json.GetProperty("endpoints")[0].GetProperty("url").GetString()!).Host;
        Task<Answer> AskAsync(HttpMethod method, HttpContent? body = null) => servers.Second.SendAsync(method, "/", body, key: "", with: r => r.Headers.Host = host);
        await Eventually.SeesAsync(() => AskAsync(HttpMethod.Get), a => a.Status is HttpStatusCode.OK, "the service answers");

        var body = new HeldContent("slowly");
        var taken = tunnel.Taken;
        var open = AskAsync(HttpMethod.Post, body);
        await Eventually.IsAsync(() => tunnel.Taken > taken, "the service has the request");
        (await servers.First.PostAsync($"/api/deployments/{id}/stop")).ShouldSucceed();
        await Eventually.SeesAsync(() => servers.First.GetAsync($"/api/jobs/{run.Job}"), a => a.Json.GetProperty("stopRequested").GetBoolean(), "the job is to be stopped");

        // The server that hears the node has none of its requests, and yet does not stop it.
        (await node.BeatAsync()).Assignments.ShouldHaveSingleItem().StopRequested.ShouldBeFalse();
        tunnel.Delivered.ShouldAllBe(d => !d.StopRequested);
        await Eventually.SeesAsync(() => AskAsync(HttpMethod.Get), a => a.Status is HttpStatusCode.ServiceUnavailable, "it gets no new request");

        body.End();
        (await open).Json.GetProperty("body").GetString().ShouldBe("slowly");
        await Eventually.IsAsync(() => tunnel.Delivered.Any(d => d.StopRequested), "the node is told to stop it");
    }

    [Fact]
    public async Task The_events_of_an_account_are_told_by_the_server_that_does_not_write()
    {
        await using var servers = await StartAsync();
        using var events = await EventReader.OpenAsync(servers.Second, "/api/events");
        (await events.NextAsync(AccountEvents.Open)).Id.ShouldNotBeNull();
        var job = await servers.First.PostJobAsync();
        (await events.NextAsync(AccountEvents.Event)).Data.GetProperty("job").GetString().ShouldBe(job);
    }

    [Fact]
    public async Task A_removed_key_opens_nothing_on_any_server()
    {
        await using var servers = await StartAsync();
        var made = (await servers.First.PostAsync("/api/api-keys", new { newAccount = "somebody" })).ShouldSucceed().Json;
        var key = made.GetProperty("key").GetString()!;
        (await servers.Second.GetAsync("/api/credits/balance", key)).ShouldSucceed();

        (await servers.First.SendAsync(HttpMethod.Delete, $"/api/api-keys/{made.GetProperty("id").GetString()}")).ShouldSucceed();
        await Eventually.SeesAsync(() => servers.Second.GetAsync("/api/credits/balance", key), a => a.Status is HttpStatusCode.Unauthorized, "the key is no key any more");
    }

    [Fact]
    public async Task When_the_first_server_ends_the_second_carries_on()
    {
        await using var servers = await StartAsync();
        using var node = await SimulatedNode.JoinedAsync(servers.Second);
        await using var tunnel = await TunnelNode.OpenAsync(servers.Second, node);
        var before = await servers.First.PostJobAsync();
        var run = (await node.BeatAsync()).Assignments.ShouldHaveSingleItem();
        (await node.StartAsync(run)).ShouldSucceed();

        await servers.First.Server.DisposeAsync();
        // Asked while nobody carries commands out yet, it waits.
        var after = await servers.Second.PostJobAsync();
        (await node.FinishAsync(run)).ShouldSucceed();

        (await servers.Second.GetAsync($"/api/jobs/{before}")).Json.GetProperty("status").GetString().ShouldBe("completed");
        await Eventually.IsAsync(() => tunnel.Delivered.Any(d => d.Job.ToString() == after), "the node is told of its next job");
    }

    [Fact]
    public async Task What_servers_tell_each_other_nobody_else_can_say()
    {
        await using var servers = await StartAsync();
        using var node = await SimulatedNode.JoinedAsync(servers.First);
        await using var tunnel = await TunnelNode.OpenAsync(servers.First, node);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var path = $"/servers/nodes/{node.Address}/";
        var other = servers.Second.Server.Services.GetRequiredService<ServerSeal>().Of(PassedTo.Server, "GET", path, client: null);
        foreach (var seal in (string?[])[null, "", "Node 0 127.0.0.1 00", $"Node {now} 127.0.0.1 {new string('0', 64)}", other, other.Replace("Server", "Node", StringComparison.Ordinal)])
        {
            var answer = await servers.First.SendAsync(HttpMethod.Get, path, key: "", with: r => r.Headers.TryAddWithoutValidation("Nosnet-Passed-On", seal));
            answer.ShouldRefuse(HttpStatusCode.NotFound, ErrorCode.RouteNotFound);
        }
    }

    [Fact]
    public async Task What_a_server_says_to_a_node_is_no_request_that_it_passes_on()
    {
        await using var servers = await StartAsync();
        var seals = servers.First.Server.Services.GetRequiredService<ServerSeal>();
        Task<Answer> AskAsync(PassedTo to) =>
            servers.Second.SendAsync(HttpMethod.Get, "/api/jobs", with: r => r.Headers.TryAddWithoutValidation("Nosnet-Passed-On", seals.Of(to, "GET", "/api/jobs", client: null)));

        // What was passed on goes no further, and this server does not write.
        (await AskAsync(PassedTo.Server)).ShouldRefuse(HttpStatusCode.ServiceUnavailable, ErrorCode.Unavailable);
        (await AskAsync(PassedTo.Node)).ShouldSucceed();
    }

    [Fact]
    public async Task What_is_passed_on_to_a_service_is_nothing_that_a_server_sends_to_a_node()
    {
        await using var servers = await StartAsync();
        using var node = await SimulatedNode.JoinedAsync(servers.Second);
        await using var tunnel = await TunnelNode.OpenAsync(servers.Second, node);
        var (run, host) = await ServeAsync(servers, node);
        await Eventually.IsAsync(() => !tunnel.Delivered.IsEmpty, "the node is told of its job");
        await Eventually.SeesAsync(() => servers.First.SendAsync(HttpMethod.Get, "/", key: "", with: r => r.Headers.Host = host), a => a.Status is HttpStatusCode.OK, "the service answers");

        var path = $"/servers/nodes/{node.Address}/runs/{run.Run}";
        var made = JsonSerializer.Serialize(run with { Epoch = run.Epoch + 1 }, ProtocolJson.Default.Assignment);
        var answer = await servers.First.SendAsync(HttpMethod.Put, path, made, key: "", with: r => r.Headers.Host = host);

        tunnel.Delivered.ShouldAllBe(d => d.Epoch == run.Epoch);
        answer.ShouldSucceed().Json.GetProperty("target").GetString().ShouldBe(path);
    }

    [Fact]
    public async Task What_is_passed_on_to_the_writing_server_is_nothing_that_a_server_sends_to_a_node()
    {
        await using var servers = await StartAsync();
        using var node = await SimulatedNode.JoinedAsync(servers.First);
        await using var tunnel = await TunnelNode.OpenAsync(servers.First, node);
        var job = await servers.First.PostJobAsync();
        var run = (await node.BeatAsync()).Assignments.ShouldHaveSingleItem();
        run.Job.ToString().ShouldBe(job);
        tunnel.Stats[run.Run.ToString()] = new JobStats { Samples = [], Totals = [] };

        var answer = await servers.Second.SendAsync(
            HttpMethod.Get, $"/servers/nodes/{node.Address}/runs/{run.Run}/stats", key: "", with: r => r.Headers.Host = $"{node.Address}.localhost");

        answer.ShouldRefuse(HttpStatusCode.NotFound, ErrorCode.RouteNotFound).Error.ShouldStartWith("A node has no such route.");
    }

    [Fact]
    public async Task A_body_that_is_larger_than_its_route_takes_is_refused_where_it_comes_and_not_kept_to_be_passed_on()
    {
        await using var servers = await StartAsync();
        // The writing server would ask for a key first.
        (await servers.Second.PostAsync("/api/jobs/list", new string(' ', 1_100_000), key: "")).ShouldRefuse(HttpStatusCode.RequestEntityTooLarge, ErrorCode.TooLarge);
        (await servers.Second.PostAsync("/api/jobs/list", new string(' ', 900_000), key: "")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await servers.Second.PostAsync("/api/deployments/jobs/none/results", new string(' ', 1_100_000), key: "")).Status.ShouldNotBe(HttpStatusCode.RequestEntityTooLarge);
    }

    /// <summary>Has a node run a service, and gives the name at which it answers.</summary>
    private static async Task<(Assignment Run, string Host)> ServeAsync(TwoServers servers, SimulatedNode node)
    {
        var job = await servers.First.PostJobAsync(Web);
        var run = (await node.BeatAsync()).Assignments.ShouldHaveSingleItem();
        (await node.StartAsync(run)).ShouldSucceed();
        var view = (await servers.First.GetAsync($"/api/jobs/{job}")).ShouldSucceed().Json;
        return (run, new Uri(view.GetProperty("endpoints")[0].GetProperty("url").GetString()!).Host);
    }

    private async Task<TwoServers> StartAsync()
    {
        var store = await cluster.NewDatabaseAsync();
        var first = await TestNetwork.StartAsync(o => o with { Store = store });
        var secret = Convert.ToHexString(await File.ReadAllBytesAsync(Path.Combine(first.Directory, "network.key"), TestNetwork.Cancellation));
        return new TwoServers(first, await TestNetwork.StartAsync(o => o with { Store = store, Secret = secret }));
    }

    private sealed record TwoServers(TestNetwork First, TestNetwork Second) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Second.DisposeAsync();
            await First.DisposeAsync();
        }
    }
}
