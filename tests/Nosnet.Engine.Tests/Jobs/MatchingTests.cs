using Nosnet.Protocol;

namespace Nosnet.Engine.Tests;

public sealed class MatchingTests
{
    private static readonly JobRequirements Card = new() { Gpu = true, VramMb = 20_000 };
    private static readonly NodeHardware Plain = new() { Cpu = new() { LogicalCores = 4 }, RamMb = 8_000, DiskGb = 100 };
    private static readonly NodeHardware WithCard = Plain with { Gpus = new() { Devices = [new GpuDevice { Index = 0, Name = "RTX 4090", Memory = new(24_564) }] } };

    [Fact]
    public async Task A_job_passes_over_nodes_that_cannot_run_it()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        await network.NewNodeAsync(hardware: Plain);
        var fitting = await network.NewNodeAsync(hardware: WithCard);

        (await network.PostAsync(account, requirements: Card)).Job.Node.ShouldBe(fitting.Key);
    }

    [Fact]
    public async Task A_node_passes_over_jobs_that_it_cannot_run()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var demanding = (await network.PostAsync(account, requirements: Card)).Job;
        var plain = (await network.PostAsync(account)).Job;

        var node = await network.NewNodeAsync(hardware: Plain);

        (await network.HeartbeatAsync(node)).Runs.Single().Key.ShouldBe(plain.Key);
        (await network.JobAsync(demanding)).State.ShouldBe(JobState.Queued);
    }

    [Fact]
    public async Task What_a_job_asks_for_survives_a_restart()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var job = (await network.PostAsync(account, requirements: Card)).Job;
        network.Restart();

        (await network.NewNodeAsync(hardware: Plain)).Running.ShouldBe(0);

        (await network.NewNodeAsync(hardware: WithCard)).Running.ShouldBe(1);
        (await network.JobAsync(job)).Requirements.ShouldBe(Card);
    }

    [Fact]
    public async Task A_node_that_has_got_a_card_takes_the_jobs_that_waited_for_one()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var node = await network.NewNodeAsync(hardware: Plain);
        var job = (await network.PostAsync(account, requirements: Card)).Job;

        await network.DoAsync(new JoinMarket(node.Address, TestNetwork.Market, 1) { Hardware = WithCard });

        (await network.JobAsync(job)).Node.ShouldBe(node.Key);
    }

    [Fact]
    public async Task A_post_that_names_a_node_which_cannot_run_it_is_refused()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var node = await network.NewNodeAsync(hardware: Plain);

        var refusal = await network.RefusedAsync(new PostJob(account.Key, TestNetwork.Market, TestNetwork.Definition, 60, node.Address) { Requirements = Card });

        refusal.Code.ShouldBe(ErrorCode.NodeUnfit);
        refusal.Message.ShouldContain("it has no GPU for jobs");
        (await network.AccountAsync(account.Key)).Reserved.ShouldBe(Credits.Zero);
    }

    [Fact]
    public async Task No_more_runs_at_once_want_cards_of_a_node_than_it_has()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var node = await network.NewNodeAsync(slots: 3, WithCard);
        var first = (await network.PostAsync(account, requirements: new() { Gpu = true })).Job;
        var second = (await network.PostAsync(account, requirements: new() { Gpu = true })).Job;
        var plain = (await network.PostAsync(account)).Job;

        (await network.JobAsync(second)).State.ShouldBe(JobState.Queued);
        (await network.JobAsync(plain)).Node.ShouldBe(node.Key);
        await network.FinishAsync(node, first);
        (await network.JobAsync(second)).Node.ShouldBe(node.Key);
    }

    [Fact]
    public async Task A_drained_node_finishes_what_it_runs_and_takes_nothing_new_until_it_is_told_to()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var node = await network.NewNodeAsync(slots: 2);
        var running = (await network.PostAsync(account)).Job;

        await network.DoAsync(new DrainNode(node.Address, ThenStop: false));
        var waiting = (await network.PostAsync(account)).Job;
        await network.FinishAsync(node, running);
        await network.DoAsync(new JoinMarket(node.Address, TestNetwork.Market, 2));
        network.Restart();
        await network.DoAsync(new JoinMarket(node.Address, TestNetwork.Market, 2));

        (await network.JobAsync(waiting)).State.ShouldBe(JobState.Queued);
        (await network.DoAsync(new ResumeNode(node.Address))).Running.ShouldBe(1);
        (await network.JobAsync(waiting)).Node.ShouldBe(node.Key);
    }

    [Fact]
    public async Task A_node_that_was_to_stop_takes_jobs_when_it_comes_again()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var node = await network.NewNodeAsync();
        await network.DoAsync(new DrainNode(node.Address, ThenStop: true));
        (await network.HeartbeatAsync(node)).Node.Drain.ShouldBe(Drain.ThenStop);

        await network.DoAsync(new LeaveMarket(node.Address));
        await network.DoAsync(new JoinMarket(node.Address, TestNetwork.Market, 1));

        (await network.PostAsync(account)).Job.Node.ShouldBe(node.Key);
    }
}
