using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

public sealed class NodeApiTests
{
    [Fact]
    public async Task A_nodes_name_tells_its_address_and_what_it_is_to_anybody_in_capitals_or_not()
    {
        await using var scene = await NodeScene.StartAsync();
        var address = await scene.AskAsync(HttpMethod.Get, "/", null);
        address.ShouldSucceed().Json.GetString().ShouldBe(scene.Node.Address.ToString());
        var info = await scene.AskAsync(HttpMethod.Get, "/node/info", null, r => r.Headers.Host = scene.Host.ToLowerInvariant());
        info.ShouldSucceed().Json.GetProperty("node").GetString().ShouldBe(scene.Node.Address.ToString());
        info.Json.GetProperty("uptime").GetDateTimeOffset().ShouldBe(Results.Start);
        info.Json.GetProperty("state").GetString().ShouldBe("RUNNING_JOB");
        info.Json.GetProperty("info").ValueKind.ShouldBe(JsonValueKind.Object);
        info.Json.GetProperty("policy").GetProperty("egress").GetString().ShouldBe("none");
        info.Json.GetProperty("policy").GetProperty("limits").GetProperty("pids").GetInt32().ShouldBe(64);
    }

    [Fact]
    public async Task A_node_that_is_away_is_told_of()
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network);
        var answer = await network.SendAsync(HttpMethod.Get, "/", key: "", with: r => r.Headers.Host = $"{node.Address}.localhost");
        answer.ShouldRefuse(HttpStatusCode.BadGateway, ErrorCode.NodeUnreachable);
    }

    [Fact]
    public async Task The_servers_own_api_is_not_behind_a_nodes_name()
    {
        await using var scene = await NodeScene.StartAsync();
        (await scene.GetAsync("/api/jobs")).ShouldRefuse(HttpStatusCode.NotFound, ErrorCode.RouteNotFound);
        (await scene.GetAsync($"/jobs/{scene.Job}")).ShouldRefuse(HttpStatusCode.NotFound, ErrorCode.RouteNotFound);
    }

    [Fact]
    public async Task Operations_are_listed_with_the_names_of_the_official_node()
    {
        await using var scene = await NodeScene.StartAsync();
        (await scene.GetAsync($"/job/{scene.Job}/ops")).ShouldSucceed().Text.ShouldBe("""{"first":"finished","web":"restarting"}""");
        (await scene.GetAsync($"/job/{scene.Job}/ops/web")).Text.ShouldBe("""{"web":"restarting"}""");
        (await scene.GetAsync($"/job/{scene.Job}/ops/none")).Text.ShouldBe("""{"none":null}""");
        (await scene.GetAsync($"/job/{scene.Job}/group/current")).Text.ShouldBe("""{"web":"restarting"}""");
        (await scene.GetAsync($"/job/{scene.Job}/group/one")).Text.ShouldBe("""{"first":"finished"}""");
        (await scene.GetAsync($"/job/{scene.Job}/group/none")).Text.ShouldBe("{}");
    }

    [Fact]
    public async Task Endpoints_are_listed_by_their_ids()
    {
        await using var scene = await NodeScene.StartAsync();
        var id = EndpointId.Of(JobAddress.Parse(scene.Job), 1, 8080);
        var answer = (await scene.GetAsync($"/job/{scene.Job}/endpoints")).ShouldSucceed().Json;
        answer.GetProperty("status").GetString().ShouldBe("OFFLINE");
        var url = answer.GetProperty("urls").GetProperty(id);
        url.GetProperty("opID").GetString().ShouldBe("web");
        url.GetProperty("port").GetInt32().ShouldBe(8080);
        url.GetProperty("url").GetString().ShouldStartWith($"http://{id}.localhost");
        url.GetProperty("status").GetString().ShouldBe("UNKNOWN");
    }

    [Theory]
    [InlineData("group/two/operation/web/restart", "Operation restarted")]
    [InlineData("group/two/operation/web/stop", "Operation Stopped")]
    [InlineData("group/two/restart", "Group Operation restarted")]
    [InlineData("group/two/stop", "Group Operation Stopped")]
    [InlineData("group/two/move", "Group Operation moved")]
    public async Task What_is_asked_of_operations_comes_to_the_node(string path, string said)
    {
        await using var scene = await NodeScene.StartAsync();
        var answer = await scene.AskAsync(HttpMethod.Post, $"/job/{scene.Job}/{path}", scene.Sign(scene.Job));
        answer.ShouldSucceed().Json.GetProperty("message").GetString().ShouldBe(said);
        scene.Tunnel.Commands.ShouldHaveSingleItem().ShouldBe(path);
    }

    [Fact]
    public async Task A_job_is_stopped_by_the_official_route()
    {
        await using var scene = await NodeScene.StartAsync();
        (await scene.AskAsync(HttpMethod.Post, $"/job/{scene.Job}/stop", scene.Sign(scene.Job))).ShouldSucceed().Text.ShouldBe("job stopped successfully");
        (await scene.Node.BeatAsync()).Assignments.ShouldHaveSingleItem().StopRequested.ShouldBeTrue();
    }

    [Fact]
    public async Task Nobody_but_the_owner_and_the_operator_is_let_in()
    {
        await using var scene = await NodeScene.StartAsync();
        var path = $"/job/{scene.Job}/ops";
        (await scene.AskAsync(HttpMethod.Get, path, null)).ShouldRefuse(HttpStatusCode.Unauthorized, ErrorCode.Unauthenticated);
        (await scene.AskAsync(HttpMethod.Get, path, "Bearer nos_of_nobody_at_all_here")).ShouldRefuse(HttpStatusCode.Unauthorized, ErrorCode.Unauthenticated);
        var (stranger, _) = await scene.Network.NewAccountAsync();
        (await scene.AskAsync(HttpMethod.Get, path, $"Bearer {stranger}")).ShouldRefuse(HttpStatusCode.NotFound, ErrorCode.JobNotFound);
        using var other = KeyPair.Generate();
        (await scene.AskAsync(HttpMethod.Get, path, SignedMessage.Create(other, scene.Job))).ShouldRefuse(HttpStatusCode.Unauthorized, ErrorCode.Unauthenticated);
        (await scene.AskAsync(HttpMethod.Get, path, $"Bearer {TestNetwork.OperatorKey}")).ShouldSucceed();
        scene.Tunnel.Commands.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_key_that_may_only_read_changes_nothing()
    {
        await using var scene = await NodeScene.StartAsync();
        var reader = (await scene.Network.PostAsync("/api/api-keys", new { name = "reads", scopes = new[] { Scopes.JobsRead } }, scene.OwnerKey)).ShouldSucceed().Json.GetProperty("key").GetString();
        (await scene.AskAsync(HttpMethod.Get, $"/job/{scene.Job}/ops", $"Bearer {reader}")).ShouldSucceed();
        (await scene.AskAsync(HttpMethod.Post, $"/job/{scene.Job}/stop", $"Bearer {reader}")).ShouldRefuse(HttpStatusCode.Forbidden, ErrorCode.InsufficientScope);
    }

    [Fact]
    public async Task A_signature_counts_for_the_job_that_it_names_and_one_that_names_none_for_minutes()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var scene = await NodeScene.StartAsync(time);
        Task<Answer> With(string authorization) => scene.AskAsync(HttpMethod.Get, $"/job/{scene.Job}/ops", authorization);
        var definition = (await scene.Network.GetAsync($"/api/jobs/{scene.Job}")).Json.GetProperty("ipfsJob").GetString()!;

        (await With(scene.Sign(scene.Job))).ShouldSucceed();
        (await With(scene.Sign(definition))).ShouldSucceed();
        (await With(scene.Sign("Hello Nosana Node!", time))).ShouldSucceed();
        (await With(scene.Sign("Hello Nosana Node!"))).ShouldRefuse(HttpStatusCode.Unauthorized, ErrorCode.Unauthenticated);
        (await With(scene.Sign(scene.Node.Address.ToString(), time))).ShouldRefuse(HttpStatusCode.Unauthorized, ErrorCode.Unauthenticated);
        var old = new FakeTimeProvider(time.GetUtcNow().AddSeconds(-301));
        (await With(scene.Sign("Hello Nosana Node!", old))).ShouldRefuse(HttpStatusCode.Unauthorized, ErrorCode.Unauthenticated);
        (await With(scene.Sign(scene.Job, old))).ShouldRefuse(HttpStatusCode.Unauthorized, ErrorCode.Unauthenticated);
    }

    [Fact]
    public async Task A_job_is_not_found_on_another_node()
    {
        await using var scene = await NodeScene.StartAsync();
        using var other = await SimulatedNode.JoinedAsync(scene.Network);
        var answer = await scene.AskAsync(HttpMethod.Get, $"/job/{scene.Job}/ops", $"Bearer {scene.OwnerKey}", r => r.Headers.Host = $"{other.Address}.localhost");
        answer.ShouldRefuse(HttpStatusCode.NotFound, ErrorCode.JobNotFound);
        answer.Error.ShouldContain($"it is on {scene.Node.Address}");
    }

    [Fact]
    public async Task Pages_of_other_sites_may_ask()
    {
        await using var scene = await NodeScene.StartAsync();
        var preflight = await scene.AskAsync(HttpMethod.Options, $"/job/{scene.Job}/stop", null, r =>
        {
            r.Headers.Add("Origin", "https://dashboard.example");
            r.Headers.Add("Access-Control-Request-Method", "POST");
            r.Headers.Add("Access-Control-Request-Headers", "authorization,content-type");
        });
        preflight.Status.ShouldBe(HttpStatusCode.NoContent, preflight.Text);
        preflight.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe(["*"]);
        preflight.Headers.GetValues("Access-Control-Allow-Headers").ShouldBe(["authorization,content-type"]);
        var refused = await scene.AskAsync(HttpMethod.Get, $"/job/{scene.Job}/ops", null, r => r.Headers.Add("Origin", "https://dashboard.example"));
        refused.ShouldRefuse(HttpStatusCode.Unauthorized, ErrorCode.Unauthenticated);
        refused.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe(["*"]);
    }

    [Fact]
    public async Task The_stream_of_a_job_tells_what_changes_and_ends_with_it()
    {
        await using var scene = await NodeScene.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{scene.Network.Server.Url}/job/{scene.Job}/info"));
        request.Headers.Host = scene.Host;
        request.Headers.TryAddWithoutValidation("Authorization", scene.Sign(scene.Job));
        using var response = await scene.Network.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestNetwork.Cancellation);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(TestNetwork.Cancellation));

        var first = await NextAsync(lines);
        first.GetProperty("status").GetString().ShouldBe("running");
        var states = first.GetProperty("opStates");
        states[0].GetProperty("status").GetString().ShouldBe("success");
        states[1].GetProperty("status").GetString().ShouldBe("running");
        states[0].TryGetProperty("logs", out _).ShouldBeFalse();
        states[0].TryGetProperty("providerId", out _).ShouldBeFalse();
        first.GetProperty("errors").GetArrayLength().ShouldBe(0);
        first.GetProperty("secrets").GetProperty("urlmode").GetString().ShouldBe("public");
        first.GetProperty("secrets").GetProperty(scene.Job).EnumerateObject().ShouldHaveSingleItem();
        first.GetProperty("operations").GetProperty("currentGroup").GetString().ShouldBe("two");
        first.GetProperty("operations").GetProperty("all").GetProperty("web").GetString().ShouldBe("restarting");

        (await scene.Node.FinishAsync(scene.Run, await scene.Node.PinAsync(Results.Of("first", "a line")))).ShouldSucceed();
        JsonElement last;
        do
            last = await NextAsync(lines);
        while (last.GetProperty("endTime").ValueKind is JsonValueKind.Null);
        last.GetProperty("status").GetString().ShouldBe("success");
        last.GetProperty("operations").ValueKind.ShouldBe(JsonValueKind.Null);
        (await lines.ReadToEndAsync(TestNetwork.Cancellation)).Trim().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_definition_that_is_larger_than_any_may_be_is_refused_before_its_node_is_asked()
    {
        await using var scene = await NodeScene.StartAsync();
        var large = new string(' ', DefinitionLimits.Bytes + 1);
        foreach (var path in (string[])[$"/api/jobs/{scene.Job}/job-definition", $"/node/{scene.Node.Address}/job/{scene.Job}/job-definition"])
        {
            (await scene.Network.PostAsync(path, large, scene.OwnerKey)).ShouldRefuse(HttpStatusCode.RequestEntityTooLarge, ErrorCode.TooLarge);
            (await scene.Network.PostAsync(path, large[1..], scene.OwnerKey)).ShouldRefuse(HttpStatusCode.Conflict, ErrorCode.NotRunning);
        }
    }

    private static async Task<JsonElement> NextAsync(StreamReader lines)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestNetwork.Cancellation);
        limit.CancelAfter(Eventually.Deadline);
        while (await lines.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal))
                return JsonElement.Parse(line[6..]);
        }

        throw new EndOfStreamException("The stream ended early.");
    }
}
