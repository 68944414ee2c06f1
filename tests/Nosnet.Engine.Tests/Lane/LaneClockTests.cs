namespace Nosnet.Engine.Tests;

public sealed class LaneClockTests
{
    private static readonly TimeSpan Silence = Leases.Length + TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Where_the_clock_is_set_back_leases_run_out_as_fast_as_before()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var silent = await network.NewNodeAsync();
        var job = (await network.PostAsync(account)).Job;

        network.Time.Set(-TimeSpan.FromHours(1));
        await network.HeartbeatAsync(silent);
        await network.PassAsync(Silence);

        (await network.JobAsync(job)).LostRuns.ShouldBe(1);
    }

    [Fact]
    public async Task Where_the_clock_was_set_back_before_a_restart_no_block_is_older_than_the_one_before_and_no_lease_is_lost()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var node = await network.NewNodeAsync();
        var before = (await network.PostAsync(account)).Job;

        network.Time.Set(-TimeSpan.FromHours(1));
        network.Restart();
        await network.PassAsync(TimeSpan.FromSeconds(1));
        var after = (await network.PostAsync(account)).Job;

        after.PostedAt.ShouldBeGreaterThan(before.PostedAt);
        (await network.JobAsync(before)).Node.ShouldBe(node.Key);
    }

    [Fact]
    public async Task Where_the_clock_is_set_forward_no_lease_is_lost_and_no_job_pays_for_it()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var node = await network.NewNodeAsync(slots: 2);
        var job = (await network.PostAsync(account)).Job;
        await network.StartRunAsync(node, job);
        network.Time.Advance(TimeSpan.FromSeconds(10));

        network.Time.Set(TimeSpan.FromHours(3));
        await network.PassAsync(TimeSpan.FromSeconds(5));
        network.Restart();
        (await network.HeartbeatAsync(node)).Runs.ShouldHaveSingleItem();
        await network.PassAsync(TimeSpan.FromSeconds(5));
        await network.FinishAsync(node, job);

        (await network.JobAsync(job)).Settled.ShouldBe(Pricing.Settle(job.PricePerHour, job.FeeBasisPoints, TimeSpan.FromSeconds(20), job.Reserved).Total);
    }

    [Fact]
    public async Task Where_the_clock_is_set_forward_a_node_that_is_silent_loses_its_runs_when_it_would_have()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        await network.NewNodeAsync();
        var job = (await network.PostAsync(account)).Job;
        network.Time.Set(TimeSpan.FromHours(3));

        await network.PassAsync(Leases.Length - TimeSpan.FromSeconds(1));
        (await network.JobAsync(job)).LostRuns.ShouldBe(0);
        await network.PassAsync(TimeSpan.FromSeconds(2));
        (await network.JobAsync(job)).LostRuns.ShouldBe(1);
    }

    [Fact]
    public async Task What_the_clock_leapt_over_is_not_forgotten_where_the_store_fails_meanwhile()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var node = await network.NewNodeAsync();
        var job = (await network.PostAsync(account)).Job;
        await network.StartRunAsync(node, job);
        network.Time.Set(TimeSpan.FromHours(3));

        network.Store.FailNext(nameof(ILaneStore.Commit));
        await Should.ThrowAsync<Exception>(() => network.PostAsync(account));
        await network.PassAsync(TimeSpan.FromSeconds(5));

        (await network.JobAsync(job)).StartedAt.ShouldBe(network.Time.GetUtcNow() - TimeSpan.FromSeconds(5));
    }
}
