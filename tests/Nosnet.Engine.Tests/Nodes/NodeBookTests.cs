namespace Nosnet.Engine.Tests;

public sealed class NodeBookTests
{
    [Fact]
    public async Task The_nodes_in_memory_are_those_of_the_store_after_every_commit_and_after_a_restart()
    {
        using var network = await TestNetwork.StartAsync();
        await ShouldBeStoredAsync(network, nodes: 0);
        var (first, second) = (await network.NewNodeAsync(), await network.NewNodeAsync());
        await ShouldBeStoredAsync(network, nodes: 2);
        var job = (await network.PostAsync(await network.NewAccountAsync(credits: 1))).Job;
        await ShouldBeStoredAsync(network, nodes: 2);
        await network.FinishAsync(first, await network.StartRunAsync(first, job));
        await ShouldBeStoredAsync(network, nodes: 2);
        await network.DoAsync(new LeaveMarket(second.Address));
        await ShouldBeStoredAsync(network, nodes: 2);

        network.Restart();
        await ShouldBeStoredAsync(network, nodes: 2);
    }

    private static async Task ShouldBeStoredAsync(TestNetwork network, int nodes)
    {
        var known = (await network.Engine.NodesAsync(TestContext.Current.CancellationToken)).ToList();
        known.Count.ShouldBe(nodes);
        known.ShouldBe(await network.Engine.Read.NodesAsync(TestContext.Current.CancellationToken), ignoreOrder: true);
    }
}
