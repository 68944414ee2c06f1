namespace Nosnet.Engine.Tests;

/// <summary>A heartbeat is carried out on its caller's own thread while the lane rests, and never beside another command.</summary>
public sealed class RestingLaneTests
{
    [Fact]
    public async Task A_heartbeat_finds_what_was_committed_before_it()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1_000);
        var node = await network.NewNodeAsync();
        for (var i = 0; i < 50; i++)
        {
            var job = (await network.PostAsync(account)).Job;

            (await network.HeartbeatAsync(node)).Runs.ShouldHaveSingleItem().Key.ShouldBe(job.Key);

            await network.StartRunAsync(node, await network.JobAsync(job));
            await network.FinishAsync(node, await network.JobAsync(job));
            (await network.HeartbeatAsync(node)).Runs.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task Heartbeats_of_many_nodes_beside_their_work_leave_everything_in_order()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1_000);
        var nodes = new List<Node>();
        for (var i = 0; i < 8; i++)
            nodes.Add(await network.NewNodeAsync());

        await Task.WhenAll(nodes.SelectMany(node => (Task[])[Task.Run(() => WorkAsync(network, account, node)), Task.Run(() => BeatAsync(network, node))]));

        await Invariants.CheckAsync(network);
    }

    private static async Task WorkAsync(TestNetwork network, Account account, Node node)
    {
        for (var i = 0; i < 50; i++)
        {
            await network.PostAsync(account);
            foreach (var run in (await network.HeartbeatAsync(node)).Runs)
            {
                await network.StartRunAsync(node, run);
                await network.FinishAsync(node, run);
            }
        }
    }

    private static async Task BeatAsync(TestNetwork network, Node node)
    {
        for (var i = 0; i < 200; i++)
            await network.HeartbeatAsync(node);
    }
}
