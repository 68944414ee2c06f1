using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

public sealed class ServiceGateTests
{
    private const string Web = """{"version":"0.1","type":"container","ops":[{"type":"container/run","id":"web","args":{"image":"busybox","cmd":["httpd"],"expose":8080}}]}""";
    private const string Hidden = """{"version":"0.1","type":"container","ops":[{"type":"container/run","id":"web","args":{"image":"busybox","cmd":["httpd"],"expose":8080,"private":true}}]}""";

    [Fact]
    public async Task A_request_to_a_services_name_comes_to_its_node_as_it_was_sent()
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network);
        await using var tunnel = await TunnelNode.OpenAsync(network, node);
        var (job, host) = await RunningAsync(network);

        var answer = await AskAsync(network, host, "/a%2Fb/%7Ec?q=%20x&y=+", r =>
        {
            r.Headers.Add("Authorization", "Bearer the service's own");
            r.Headers.Add("Cookie", "session=1");
            r.Headers.Add(ServiceTarget.Header, "something else");
        });

        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        var seen = answer.Json;
        var run = await RunAsync(network, job);
        seen.GetProperty("target").GetString().ShouldBe("/a%2Fb/%7Ec?q=%20x&y=+");
        seen.GetProperty("host").GetString().ShouldBe(host);
        var headers = seen.GetProperty("headers");
        seen.GetProperty("service").GetString().ShouldBe($"{run}/0/8080");
        headers.GetProperty(ServiceTarget.Header.ToLowerInvariant()).GetString().ShouldBe("something else");
        headers.GetProperty("authorization").GetString().ShouldBe("Bearer the service's own");
        headers.GetProperty("cookie").GetString().ShouldBe("session=1");
        headers.GetProperty("x-forwarded-host").GetString().ShouldBe(host);
        headers.GetProperty("x-forwarded-proto").GetString().ShouldBe("http");
        headers.GetProperty("x-forwarded-for").GetString().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task Browsers_send_names_in_small_letters_and_are_served()
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network);
        await using var tunnel = await TunnelNode.OpenAsync(network, node);
        var (_, host) = await RunningAsync(network);
        (await AskAsync(network, host.ToLowerInvariant(), "/")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_empty_failure_of_the_service_stays_as_it_is()
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network);
        await using var tunnel = await TunnelNode.OpenAsync(network, node);
        var (_, host) = await RunningAsync(network);
        var answer = await AskAsync(network, host, "/empty-404");
        answer.Status.ShouldBe(HttpStatusCode.NotFound);
        answer.Bytes.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/api/jobs")]
    [InlineData("/health/live")]
    [InlineData("/api/nodes/tunnel")]
    [InlineData("/openapi.json")]
    public async Task The_api_is_not_behind_a_services_name(string path)
    {
        await using var network = await TestNetwork.StartAsync();
        var answer = await AskAsync(network, $"{new string('1', 44)}.localhost", path, r => r.Headers.Add("Accept", "application/json"));
        answer.ShouldRefuse(HttpStatusCode.NotFound, ErrorCode.ServiceNotFound);
    }

    [Fact]
    public async Task A_name_that_nothing_answers_at_gets_a_plain_sentence()
    {
        await using var network = await TestNetwork.StartAsync();
        var answer = await AskAsync(network, "nothing.localhost", "/", r => r.Headers.Add("Accept", "text/html"));
        answer.Status.ShouldBe(HttpStatusCode.NotFound);
        answer.ContentHeaders.ContentType!.MediaType.ShouldBe("text/plain");
        answer.Text.ShouldStartWith("No running job exposes anything at this address");
    }

    [Fact]
    public async Task A_node_without_a_tunnel_is_told_of()
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network);
        var (_, host) = await RunningAsync(network);
        var answer = await AskAsync(network, host, "/", r => r.Headers.Add("Accept", "application/json"));
        answer.ShouldRefuse(HttpStatusCode.BadGateway, ErrorCode.NodeUnreachable);
    }

    [Theory]
    [InlineData(ServiceTarget.Ended, "The operation that exposes this port does not run now")]
    [InlineData(ServiceTarget.Silent, "Nothing takes connections at this port")]
    public async Task What_the_node_says_in_the_place_of_a_service_becomes_a_refusal(string why, string words)
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network);
        await using var tunnel = await TunnelNode.OpenAsync(network, node);
        var (job, host) = await RunningAsync(network);
        tunnel.Refusing[await RunAsync(network, job)] = why;

        var answer = await AskAsync(network, host, "/", r => r.Headers.Add("Accept", "application/json"));

        answer.ShouldRefuse(HttpStatusCode.ServiceUnavailable, ErrorCode.Unavailable);
        answer.Text.ShouldContain(words);
        answer.Headers.Contains(ServiceTarget.RefusedHeader).ShouldBeFalse();
    }

    [Theory]
    [InlineData(PaperFault.Close)]
    [InlineData(PaperFault.Reset)]
    [InlineData(PaperFault.Noise)]
    public async Task A_service_that_takes_a_request_and_gives_no_answer_is_broken_and_its_node_is_not(PaperFault fault)
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network);
        await using var tunnel = await TunnelNode.OpenAsync(network, node);
        var (job, host) = await RunningAsync(network);
        tunnel.Faults[await RunAsync(network, job)] = fault;

        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Post])
        {
            var answer = await AskAsync(network, host, "/", r => (r.Method, r.Content) = (method, method == HttpMethod.Post ? new StringContent("work") : null));
            answer.Status.ShouldBe(HttpStatusCode.BadGateway);
            answer.Text.ShouldStartWith("The service took the request and broke off");
        }
        tunnel.Dials.ShouldBe(1);
    }

    [Fact]
    public async Task When_the_job_has_ended_its_name_is_nobodys_and_its_endpoints_are_offline()
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network);
        await using var tunnel = await TunnelNode.OpenAsync(network, node);
        var (job, host) = await RunningAsync(network);
        var run = (await node.BeatAsync()).Assignments.Single();
        (await node.FinishAsync(run)).ShouldSucceed();
        await Eventually.SeesAsync(() => AskAsync(network, host, "/"), a => a.Status is HttpStatusCode.NotFound, "the service is gone");
        (await EndpointAsync(network, job)).GetProperty("status").GetString().ShouldBe("OFFLINE");
    }

    [Fact]
    public async Task Endpoints_show_what_the_node_says_with_its_heartbeat()
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network);
        var (job, _) = await RunningAsync(network);
        (await EndpointAsync(network, job)).GetProperty("status").GetString().ShouldBe("UNKNOWN");
        await SayAsync(node, "ONLINE");
        (await EndpointAsync(network, job)).GetProperty("status").GetString().ShouldBe("ONLINE");
        await SayAsync(node, "OFFLINE");
        (await EndpointAsync(network, job)).GetProperty("status").GetString().ShouldBe("OFFLINE");
    }

    [Fact]
    public async Task A_node_says_nothing_of_the_services_of_another()
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network);
        var (job, _) = await RunningAsync(network);
        using var other = await SimulatedNode.JoinedAsync(network);
        var run = (await node.BeatAsync()).Assignments.Single();
        (await other.PostAsync("/api/nodes/heartbeat", Beat(run, "ONLINE"))).ShouldSucceed();
        (await EndpointAsync(network, job)).GetProperty("status").GetString().ShouldBe("UNKNOWN");
    }

    [Fact]
    public async Task A_private_service_is_at_an_address_that_only_its_owner_and_the_operator_are_told()
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network);
        await using var tunnel = await TunnelNode.OpenAsync(network, node);
        var (job, host) = await RunningAsync(network, Hidden);
        host.Split('.')[0].Length.ShouldBe(EndpointId.PrivateLength);
        (await AskAsync(network, host, "/")).Status.ShouldBe(HttpStatusCode.OK);
        (await AskAsync(network, $"{EndpointId.Of(JobAddress.Parse(job), 0, 8080)}.localhost", "/")).Status.ShouldBe(HttpStatusCode.NotFound);
        var (stranger, _) = await network.NewAccountAsync();
        (await network.GetAsync($"/api/jobs/{job}", stranger)).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_server_that_starts_again_knows_the_services_of_the_jobs_that_run()
    {
        var directory = TestNetwork.NewDirectory();
        // A clock that stands still: however long the restart takes, the run's lease holds.
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        string job, url;
        await using (var network = await TestNetwork.StartAsync(time: time, directory: directory))
        {
            using var node = await SimulatedNode.JoinedAsync(network);
            job = await network.PostJobAsync(Hidden);
            url = (await EndpointAsync(network, job)).GetProperty("url").GetString()!;
        }
        await using (var network = await TestNetwork.StartAsync(time: time, directory: directory))
        {
            var id = new Uri(url).Host.Split('.')[0];
            network.Server.Services.GetRequiredService<ServiceIndex>().Find(id).ShouldNotBeNull();
            new Uri((await EndpointAsync(network, job)).GetProperty("url").GetString()!).Host.Split('.')[0].ShouldBe(id);
        }
        Directory.Delete(directory, recursive: true);
    }

    private static async Task<(string Job, string Host)> RunningAsync(TestNetwork network, string definition = Web)
    {
        var job = await network.PostJobAsync(definition);
        var url = (await EndpointAsync(network, job)).GetProperty("url").GetString()!;
        var host = url[(url.IndexOf("//", StringComparison.Ordinal) + 2)..];
        await Eventually.SeesAsync(() => AskAsync(network, host, "/", r => r.Method = HttpMethod.Options), a => a.Status is not HttpStatusCode.NotFound, "the service is known");
        return (job, host);
    }

    private static async Task<string> RunAsync(TestNetwork network, string job) =>
        (await network.GetAsync($"/api/jobs/{job}")).Json.GetProperty("run").GetString()!;

    private static async Task<JsonElement> EndpointAsync(TestNetwork network, string job) =>
        (await network.GetAsync($"/api/jobs/{job}")).ShouldSucceed().Json.GetProperty("endpoints")[0];

    private static Task<Answer> AskAsync(TestNetwork network, string host, string path, Action<HttpRequestMessage>? with = null) =>
        network.SendAsync(HttpMethod.Get, "/", key: "", with: r =>
        {
            r.RequestUri = new Uri(network.Server.Url + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
            r.Headers.Host = host;
            with?.Invoke(r);
        });

    private static async Task SayAsync(SimulatedNode node, string status)
    {
        var run = (await node.BeatAsync()).Assignments.Single();
        (await node.PostAsync("/api/nodes/heartbeat", Beat(run, status))).ShouldSucceed();
    }

    private static object Beat(Assignment run, string status) => new
    {
        runs = new[] { new { run = run.Run.ToString(), epoch = run.Epoch, phase = "running", services = new[] { new { operation = 0, port = 8080, status } } } },
    };
}
