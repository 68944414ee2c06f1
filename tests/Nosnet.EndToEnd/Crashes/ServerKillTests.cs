using Nosnet.Storage.Tests;

namespace Nosnet.EndToEnd;

/// <summary>
/// Servers that are killed again and again under the load of 64 connections. <c>NOSNET_CRASH_KILLS</c> says how often (<c>./test --long</c>
/// says 200).
/// </summary>
public sealed class ServerKillTests(PostgresCluster cluster, ITestOutputHelper output)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public Task On_SQLite_nothing_that_was_acknowledged_is_lost_or_done_twice_however_often_the_server_is_killed() =>
        KillAsync(store: null, servers: 1, CrashScene.Kills(otherwise: 10));

    [Fact]
    public async Task On_PostgreSQL_nothing_that_was_acknowledged_is_lost_or_done_twice_however_often_the_server_is_killed() =>
        await KillAsync(await cluster.NewDatabaseAsync(), servers: 1, CrashScene.Kills(otherwise: 8));

    [Fact]
    public async Task With_two_servers_nothing_that_was_acknowledged_is_lost_or_done_twice_however_often_either_is_killed() =>
        await KillAsync(await cluster.NewDatabaseAsync(), servers: 2, CrashScene.Kills(otherwise: 5));

    [Fact]
    public async Task A_writing_server_that_stands_still_is_succeeded_and_does_no_harm_when_it_goes_on()
    {
        await using var scene = await CrashScene.StartAsync(await cluster.NewDatabaseAsync(), servers: 2, output);
        await using var load = await Load.StartAsync(scene.Urls, scene.Random, Cancelled);
        await load.UntilAnsweredAsync(500, Cancelled);

        await scene.Server(0).SuspendAsync();
        try
        {
            // Those at the other server are answered again once it has taken over.
            await load.UntilAnsweredAsync(500, Cancelled);
        }
        finally
        {
            await scene.Server(0).ResumeAsync();
        }

        await load.UntilAnsweredAsync(500, Cancelled);

        await scene.CompareAsync(load, kills: 0);
    }

    private async Task KillAsync(string? store, int servers, int kills)
    {
        await using var scene = await CrashScene.StartAsync(store, servers, output);
        await using var load = await Load.StartAsync(scene.Urls, scene.Random, Cancelled);
        for (var kill = 1; kill <= kills; kill++)
        {
            // Some find it at work, some while it starts.
            if (scene.Random.Next(8) == 0)
                await Task.Delay(TimeSpan.FromMilliseconds(scene.Random.Next(400)), TimeProvider.System, Cancelled);
            else
                await load.UntilAnsweredAsync(scene.Random.Next(50, 1_000), Cancelled);
            await scene.KillAsync(scene.Random.Next(servers));
        }

        await scene.CompareAsync(load, kills);
    }
}
