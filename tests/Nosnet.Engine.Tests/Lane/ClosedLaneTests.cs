namespace Nosnet.Engine.Tests;

public sealed class ClosedLaneTests
{
    [Fact]
    public async Task A_command_that_comes_when_the_lane_is_closed_is_told_that_the_store_is_not_there()
    {
        using var network = await TestNetwork.StartAsync();
        network.Engine.Dispose();

        await Should.ThrowAsync<StoreUnavailableException>(network.TryAsync(new CreateAccount(new(network.NewBytes()), "user")));

        network.Restart();
    }

    [Fact]
    public async Task A_heartbeat_that_comes_when_the_lane_is_closed_is_told_that_the_store_is_not_there()
    {
        using var network = await TestNetwork.StartAsync();
        var node = await network.NewNodeAsync();
        network.Engine.Dispose();

        await Should.ThrowAsync<StoreUnavailableException>(network.HeartbeatAsync(node));

        network.Restart();
    }
}
