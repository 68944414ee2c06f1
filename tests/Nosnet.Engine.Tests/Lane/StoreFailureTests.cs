using Nosnet.Protocol;

namespace Nosnet.Engine.Tests;

public sealed class StoreFailureTests
{
    [Fact]
    public async Task A_command_whose_transaction_cannot_be_committed_fails_and_has_changed_nothing()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(10);

        network.Store.FailNext(nameof(ILaneStore.Commit));
        await Should.ThrowAsync<IOException>(() => network.PostAsync(account));

        (await network.AccountAsync(account.Key)).Available.ShouldBe(Credits.FromUsd(10));
        (await network.PostAsync(account)).Job.PreviousOfAccount.ShouldBe(0);
        await Invariants.CheckAsync(network);
    }

    [Fact]
    public async Task A_lane_that_could_not_read_its_rows_after_a_failure_reads_them_before_it_decides_again()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(10);
        var node = await network.NewNodeAsync();

        network.Store.FailNext(nameof(ILaneStore.Commit), nameof(ILaneStore.ReadHead));
        await Should.ThrowAsync<IOException>(() => network.PostAsync(account));
        var posted = await network.PostAsync(account);

        posted.Job.Node.ShouldBe(node.Key);
        await Invariants.CheckAsync(network);
    }

    [Fact]
    public async Task Commands_fail_while_the_rows_cannot_be_read_and_are_carried_out_when_they_can()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(10);

        network.Store.FailNext(nameof(ILaneStore.Commit), nameof(ILaneStore.Rollback));
        await Should.ThrowAsync<IOException>(() => network.PostAsync(account));
        network.Store.FailNext(nameof(ILaneStore.ReadMarkets));
        await Should.ThrowAsync<IOException>(() => network.PostAsync(account));
        var posted = await network.PostAsync(account);

        posted.Job.PreviousOfAccount.ShouldBe(0);
        await Invariants.CheckAsync(network);
    }

    [Fact]
    public async Task A_decision_that_fails_within_a_transaction_takes_nothing_of_its_group_with_it()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(100);
        var node = await network.DoAsync(new RegisterNode(new(network.NewBytes()), "node"));

        // While the lane is held in a group of one the others wait, so they become one group: the post is written early because the node's search
        // through the queue asks the store, and fails there, in the middle of the transaction.
        using var held = new ManualResetEventSlim();
        var deciding = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var holding = network.TryAsync(new Held(deciding, held));
        await deciding.Task;
        var first = network.TryAsync(new PostJob(account.Key, TestNetwork.Market, TestNetwork.Definition, 60, null));
        var joined = network.TryAsync(new JoinMarket(node.Address, TestNetwork.Market, 1));
        var second = network.TryAsync(new PostJob(account.Key, TestNetwork.Market, TestNetwork.Definition, 60, null));
        network.Store.FailNext(nameof(ILaneStore.ReadQueue));
        held.Set();
        await holding;

        (await first).IsRefused.ShouldBeFalse();
        (await joined).IsRefused.ShouldBeFalse();
        (await second).IsRefused.ShouldBeFalse();
        (await network.AccountAsync(account.Key)).Jobs.ShouldBe(2);
        await Invariants.CheckAsync(network);
    }

    [Fact]
    public async Task A_task_whose_deployment_cannot_be_read_is_done_the_next_time()
    {
        using var scene = await DeploymentScene.BeginAsync();
        await scene.CreateAsync(scene.New(DeploymentStrategy.Infinite) with { Starts = true });
        // After this nothing is in memory.
        scene.Network.Store.FailNext(nameof(ILaneStore.Commit));
        await Should.ThrowAsync<IOException>(() => scene.Network.PostAsync(scene.Owner));

        scene.Network.Store.FailNext(nameof(ILaneStore.ReadDeployments));
        await Should.ThrowAsync<IOException>(() => scene.PassAsync(TimeSpan.Zero));
        (await scene.TasksAsync()).Count.ShouldBe(1);

        await scene.PassAsync(TimeSpan.Zero);
        (await scene.ActiveAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_fails_before_its_commit_is_not_answered_because_the_answer_to_an_earlier_commit_was_lost()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(10);
        network.Store.LoseNextAnswer();
        await network.PostAsync(account);

        network.Store.FailNext(nameof(ILaneStore.WriteBlock));
        await Should.ThrowAsync<IOException>(() => network.PostAsync(account));

        (await network.AccountAsync(account.Key)).Jobs.ShouldBe(1);
    }

    private sealed record Held(TaskCompletionSource Deciding, ManualResetEventSlim Until) : Command<bool>
    {
        public override Outcome<bool> Decide(Draft draft)
        {
            Deciding.TrySetResult();
            Until.Wait(TestContext.Current.CancellationToken);
            return true;
        }
    }
}
