using System.Net;
using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

public sealed class TunnelTests
{
    [Fact]
    public async Task A_run_is_delivered_as_soon_as_it_is_posted_and_once()
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network, slots: 2);
        await using var tunnel = await TunnelNode.OpenAsync(network, node);
        var first = await network.PostJobAsync();
        await DeliveredAsync(tunnel, 1);
        var second = await network.PostJobAsync();
        var delivered = await DeliveredAsync(tunnel, 2);
        delivered.Select(a => a.Job.ToString()).ShouldBe([first, second]);
        delivered[0].Definition.ToString().ShouldBe(await network.PinAsync(TestNetwork.Hello));
    }

    [Fact]
    public async Task What_was_assigned_before_the_tunnel_opened_is_delivered_when_it_does()
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network);
        var job = await network.PostJobAsync();
        await using var tunnel = await TunnelNode.OpenAsync(network, node);
        (await DeliveredAsync(tunnel, 1))[0].Job.ToString().ShouldBe(job);
    }

    [Fact]
    public async Task A_stop_and_an_extension_are_delivered_too()
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network);
        await using var tunnel = await TunnelNode.OpenAsync(network, node);
        var job = await network.PostJobAsync(timeout: 600);
        await DeliveredAsync(tunnel, 1);
        await network.PostAsync($"/api/jobs/{job}/extend", new { seconds = 60 });
        (await DeliveredAsync(tunnel, 2))[1].TimeoutSeconds.ShouldBe(660);
        await network.PostAsync($"/api/jobs/{job}/stop");
        (await DeliveredAsync(tunnel, 3))[2].StopRequested.ShouldBeTrue();
    }

    [Fact]
    public async Task A_node_that_redials_is_told_again()
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network);
        await using var tunnel = await TunnelNode.OpenAsync(network, node);
        await network.PostJobAsync();
        await DeliveredAsync(tunnel, 1);
        tunnel.Cut();
        var delivered = await DeliveredAsync(tunnel, 2);
        tunnel.Dials.ShouldBe(2);
        delivered[1].ShouldBe(delivered[0]);
    }

    [Fact]
    public async Task A_node_that_ends_the_servers_first_request_without_a_word_is_used_all_the_same()
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network, slots: 2);
        await using var tunnel = await TunnelNode.OpenAsync(network, node, holdsFirstRequest: false);
        await network.PostJobAsync();
        await DeliveredAsync(tunnel, 1);
        await network.PostJobAsync();
        await DeliveredAsync(tunnel, 2);
        tunnel.Dials.ShouldBe(1);
    }

    [Fact]
    public async Task The_tunnel_is_for_nodes_alone()
    {
        await using var network = await TestNetwork.StartAsync();
        using var node = await SimulatedNode.JoinedAsync(network);
        (await network.GetAsync("/api/nodes/tunnel")).ShouldRefuse(HttpStatusCode.Unauthorized, ErrorCode.Unauthenticated);
        (await network.GetAsync("/api/nodes/tunnel", node.Token)).ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.MalformedRequest);
    }

    private static async Task<List<Assignment>> DeliveredAsync(TunnelNode tunnel, int count)
    {
        var delivered = await Eventually.SeesAsync(() => Task.FromResult(tunnel.Delivered.ToList()), d => d.Count >= count, $"{count} deliveries");
        delivered.Count.ShouldBe(count);
        return delivered;
    }
}
