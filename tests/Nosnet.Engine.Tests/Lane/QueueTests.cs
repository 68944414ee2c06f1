using Nosnet.Protocol;

namespace Nosnet.Engine.Tests;

public sealed class QueueTests
{
    [Fact]
    public async Task A_queue_longer_than_its_window_in_memory_is_served_in_order_to_its_end()
    {
        const int Jobs = QueueWindow.Most + 500;
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(100);
        var posts = Enumerable.Range(0, Jobs).Select(_ => network.PostAsync(account, seconds: 1));
        var posted = (await Task.WhenAll(posts)).Select(p => p.Job.Key).Order().ToList();
        var node = await network.NewNodeAsync();

        var served = new List<long>();
        for (var run = (await network.HeartbeatAsync(node)).Runs.Single(); ;)
        {
            served.Add(run.Key);
            await network.FinishAsync(node, run);
            if ((await network.HeartbeatAsync(node)).Runs is not [var next])
                break;
            run = next;
        }

        served.ShouldBe(posted);
    }

    [Fact]
    public async Task Commands_that_come_together_are_each_answered_with_their_own_job()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(100);

        var posted = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => network.PostAsync(account)));

        posted.Select(p => p.Job.Key).Distinct().Count().ShouldBe(500);
        posted.Select(p => p.Tx).Distinct().Count().ShouldBe(500);
        (await network.AccountAsync(account.Key)).Jobs.ShouldBe(500);
    }

    [Fact]
    public async Task What_was_answered_survives_a_restart()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var posted = await network.PostAsync(account);

        network.Restart();

        (await network.JobAsync(posted.Job)).ShouldBe(posted.Job);
        (await network.PostAsync(account)).Job.Key.ShouldBe(posted.Job.Key + 1);
    }
}
