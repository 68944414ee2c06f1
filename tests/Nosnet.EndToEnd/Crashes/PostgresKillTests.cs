using Nosnet.Storage.Tests;

namespace Nosnet.EndToEnd;

/// <summary>A PostgreSQL that goes away again and again under the load of 64 connections, by a kill or as its operator ends it. The server stays.</summary>
public sealed class PostgresKillTests(ITestOutputHelper output)
{
    [Fact]
    public async Task However_often_PostgreSQL_goes_away_commands_wait_or_are_answered_503_and_none_is_lost_or_done_twice()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var kills = CrashScene.Kills(otherwise: 4);
        await using var cluster = new PostgresCluster();
        await using var scene = await CrashScene.StartAsync(await cluster.NewDatabaseAsync(), servers: 1, output);
        await using var load = await Load.StartAsync(scene.Urls, scene.Random, cancellation);
        for (var kill = 1; kill <= kills; kill++)
        {
            await load.UntilAnsweredAsync(scene.Random.Next(50, 1_000), cancellation);
            if (kill % 2 == 0)
                await cluster.StopAsync();
            else
                await cluster.KillAsync();
            await cluster.StartAsync();
        }

        await load.UntilAnsweredAsync(1_000, cancellation);
        await scene.CompareAsync(load, kills);
    }
}
