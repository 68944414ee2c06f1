using Nosnet.Storage.Tests;

namespace Nosnet.Engine.Tests;

/// <summary>PostgreSQL goes away under load, in each of the ways it can, and comes back.</summary>
public sealed class PostgresOutageTests(PostgresCluster shared)
{
    private const int Clients = 16;

    [Fact]
    public async Task While_the_database_is_killed_and_restarted_every_command_waits_and_none_is_lost_or_done_twice()
    {
        await using var cluster = new PostgresCluster();
        using var network = await TestNetwork.StartAsync(await cluster.NewDatabaseAsync());
        var account = await network.NewAccountAsync(50);
        var node = await network.NewNodeAsync(slots: 5);
        using var enough = new CancellationTokenSource();
        var answered = 0;
        var clients = Enumerable.Range(0, Clients).Select(_ => Task.Run(PostAsync, TestContext.Current.CancellationToken)).ToList();

        await AnswersAsync(20);
        await cluster.KillAsync();
        await cluster.StartAsync();
        await AnswersAsync(20);
        await cluster.StopAsync();
        await cluster.StartAsync();
        await AnswersAsync(20);
        await enough.CancelAsync();
        await Task.WhenAll(clients);

        (await network.AccountAsync(account.Key)).Jobs.ShouldBe(answered);
        (await network.NodeAsync(node)).Running.ShouldBe(5);
        await Invariants.CheckAsync(network);

        async Task PostAsync()
        {
            while (!enough.IsCancellationRequested)
            {
                await network.PostAsync(account, seconds: 1);
                Interlocked.Increment(ref answered);
            }
        }

        async Task AnswersAsync(int more)
        {
            var until = Volatile.Read(ref answered) + more;
            while (Volatile.Read(ref answered) < until)
            {
                if (clients.Find(c => c.IsFaulted) is { } failed)
                    await failed;
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
            }
        }
    }

    [Fact]
    public async Task What_fails_before_its_commit_is_not_taken_for_the_commit_before_it()
    {
        using var network = await TestNetwork.StartAsync(await shared.NewDatabaseAsync());
        var account = await network.NewAccountAsync(10);
        await network.PostAsync(account);

        network.Store.FailNext(nameof(ILaneStore.WriteBlock));
        await Should.ThrowAsync<IOException>(() => network.PostAsync(account));

        (await network.AccountAsync(account.Key)).Jobs.ShouldBe(1);
        await Invariants.CheckAsync(network);
    }

    [Fact]
    public async Task While_the_database_is_away_commands_fail_as_unavailable_and_when_it_is_back_they_are_carried_out()
    {
        await using var cluster = new PostgresCluster();
        using var network = await TestNetwork.StartAsync(await cluster.NewDatabaseAsync());
        var account = await network.NewAccountAsync(10);

        await cluster.StopAsync();
        await Should.ThrowAsync<StoreUnavailableException>(() => network.PostAsync(account));
        await cluster.StartAsync();
        var posted = await network.PostAsync(account);

        posted.Job.PreviousOfAccount.ShouldBe(0);
        await Invariants.CheckAsync(network);
    }
}
