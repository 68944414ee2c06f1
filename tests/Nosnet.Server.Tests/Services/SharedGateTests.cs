using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

/// <summary>Requests to the endpoint of a deployment with two jobs, of which one gives no answer.</summary>
public sealed class SharedGateTests
{
    private const string Web = """{"version":"0.1","type":"container","ops":[{"type":"container/run","id":"web","args":{"image":"busybox","cmd":["httpd"],"expose":8080}}]}""";
    private const int Jobs = 2;

    [Theory]
    [InlineData(ServiceTarget.Ended)]
    [InlineData(ServiceTarget.Silent)]
    public async Task A_request_that_a_job_never_got_goes_to_another(string why)
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network, slots: Jobs);
        await using var tunnel = await TunnelNode.OpenAsync(network, node);
        var (host, runs) = await ServeAsync(network, node);
        tunnel.Refusing[runs[0]] = why;

        for (var request = 0; request < 2 * Jobs; request++)
        {
            Who(await AskAsync(network, host, HttpMethod.Get)).ShouldBe(runs[1]);
            var posted = await AskAsync(network, host, HttpMethod.Post, "as it was sent");
            Who(posted).ShouldBe(runs[1]);
            posted.Json.GetProperty("body").GetString().ShouldBe("as it was sent");
        }
    }

    [Fact]
    public async Task One_whose_node_failed_before_it_was_sent_goes_to_another()
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network, slots: Jobs);
        await using var tunnel = await TunnelNode.OpenAsync(network, node);
        var (host, runs) = await ServeAsync(network, node);
        tunnel.Faults[runs[0]] = PaperFault.Unopened;

        for (var request = 0; request < 2 * Jobs; request++)
            Who(await AskAsync(network, host, HttpMethod.Post, "as it was sent")).ShouldBe(runs[1]);
    }

    [Fact]
    public async Task One_that_a_job_has_taken_is_given_to_no_other()
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network, slots: Jobs);
        await using var tunnel = await TunnelNode.OpenAsync(network, node);
        var (host, runs) = await ServeAsync(network, node);
        tunnel.Faults[runs[0]] = PaperFault.Reset;

        var broken = await Eventually.SeesAsync(() => AskAsync(network, host, HttpMethod.Get), a => a.Status is not HttpStatusCode.OK, "the job that breaks requests off gets one");

        broken.Status.ShouldBe(HttpStatusCode.BadGateway);
    }

    [Fact]
    public async Task A_body_too_large_to_be_kept_is_sent_once()
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network, slots: Jobs);
        await using var tunnel = await TunnelNode.OpenAsync(network, node);
        var (host, runs) = await ServeAsync(network, node);
        tunnel.Refusing[runs[0]] = ServiceTarget.Silent;

        var lost = await Eventually.SeesAsync(
            () => AskAsync(network, host, HttpMethod.Post, new string('x', 100_000)), a => a.Status is not HttpStatusCode.OK, "the job that takes no connection gets one");

        lost.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task Where_none_of_them_can_be_asked_it_is_told_why()
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network, slots: Jobs);
        await using var tunnel = await TunnelNode.OpenAsync(network, node);
        var (host, runs) = await ServeAsync(network, node);
        foreach (var run in runs)
            tunnel.Refusing[run] = ServiceTarget.Silent;

        var answer = await AskAsync(network, host, HttpMethod.Get);

        answer.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        answer.Text.ShouldStartWith("Nothing takes connections at this port");
    }

    [Fact]
    public async Task While_another_answers_nobody_waits_for_a_node_that_has_left()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var network = await TestNetwork.StartAsync(time: time);
        using var staying = await SimulatedNode.JoinedAsync(network);
        await using var tunnel = await TunnelNode.OpenAsync(network, staying);
        using var leaving = await SimulatedNode.JoinedAsync(network);
        var gone = await TunnelNode.OpenAsync(network, leaving);
        string host;
        // No faster than real time, in which the nodes have to be heard of.
        using (new Timer(_ => time.Advance(TimeSpan.FromMilliseconds(50)), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(50)))
            (host, _) = await ServeAsync(network, staying, leaving);
        var stays = (await staying.BeatAsync()).Assignments.Single().Run.ToString();
        await gone.DisposeAsync();
        var tunnels = network.Server.Services.GetRequiredService<Tunnels>();
        await Eventually.IsAsync(() => tunnels.Find(leaving.Address) is null, "the node has left");

        // Time stands still, so that whoever waited would wait for ever.
        for (var request = 0; request < 2 * Jobs; request++)
            Who(await AskAsync(network, host, HttpMethod.Get)).ShouldBe(stays);
        Who(await AskAsync(network, host, HttpMethod.Post, new string('x', 100_000))).ShouldBe(stays);
    }

    [Fact]
    public async Task Where_all_of_them_have_left_the_first_to_come_again_is_waited_for()
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network, slots: Jobs);
        await using var tunnel = await TunnelNode.OpenAsync(network, node);
        var (host, _) = await ServeAsync(network, node);

        for (var request = 0; request < 2 * Jobs; request++)
        {
            tunnel.Cut();
            Who(await AskAsync(network, host, HttpMethod.Get));
        }
    }

    private static async Task<(string Host, IReadOnlyList<string> Runs)> ServeAsync(TestNetwork network, params SimulatedNode[] nodes)
    {
        var id = await network.CreateAsync("INFINITE", ("replicas", Jobs), ("autostart", true), ("job_definition", JsonElement.Parse(Web)));
        await network.UntilAsync(id, d => d.GetProperty("jobs_listed").GetInt32() == Jobs);
        var runs = new List<Assignment>();
        foreach (var node in nodes)
        {
            foreach (var run in (await node.BeatAsync()).Assignments)
            {
                (await node.StartAsync(run)).ShouldSucceed();
                runs.Add(run);
            }
        }

        var host = new Uri((await network.GetAsync($"/api/deployments/{id}")).Json.GetProperty("endpoints")[0].GetProperty("url").GetString()!).Host;
        var asked = new HashSet<string>();
        await Eventually.SeesAsync(async () =>
        {
            var answer = await AskAsync(network, host, HttpMethod.Get);
            if (answer.Status is HttpStatusCode.OK)
                asked.Add(Who(answer));
            return asked.Count;
        }, count => count == Jobs, "not every job is asked");
        return (host, [.. runs.Select(r => r.Run.ToString())]);
    }

    /// <summary>The run that has answered.</summary>
    private static string Who(Answer answer)
    {
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        return answer.Json.GetProperty("service").GetString()!.Split('/')[0];
    }

    private static Task<Answer> AskAsync(TestNetwork network, string host, HttpMethod method, string? body = null) =>
        network.SendAsync(method, "/", body, key: "", with: r => r.Headers.Host = host);
}
