using Nosnet.Protocol;

namespace Nosnet.Engine.Tests;

public sealed class PostJobTests
{
    [Fact]
    public async Task A_posted_job_waits_when_no_node_is_free()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);

        var posted = await network.PostAsync(account);

        posted.Job.State.ShouldBe(JobState.Queued);
        (await network.PositionAsync(posted.Job)).ShouldBe(1);
    }

    [Fact]
    public async Task Posting_reserves_the_price_of_the_whole_timeout_rounded_up()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);

        var posted = await network.PostAsync(account, seconds: 1);

        // $0.10 and 10 % an hour are $0.11 an hour: 30,555.55… nano-dollars a second.
        posted.Reserved.ShouldBe(new Credits(30_556));
        var after = await network.AccountAsync(account.Key);
        after.Reserved.ShouldBe(posted.Reserved);
        after.Available.ShouldBe(Credits.FromUsd(1) - posted.Reserved);
    }

    [Fact]
    public async Task A_posted_job_goes_to_the_node_that_waits_longest()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var first = await network.NewNodeAsync();
        network.Time.Advance(TimeSpan.FromSeconds(1));
        await network.NewNodeAsync();

        var posted = await network.PostAsync(account);

        posted.Job.State.ShouldBe(JobState.Running);
        posted.Job.Node.ShouldBe(first.Key);
        posted.Job.Epoch.ShouldBe(1);
    }

    [Fact]
    public async Task A_job_for_one_node_goes_to_that_node()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        await network.NewNodeAsync();
        var wanted = await network.NewNodeAsync();

        (await network.PostAsync(account, node: wanted.Address)).Job.Node.ShouldBe(wanted.Key);
    }

    [Fact]
    public async Task A_silent_node_gets_no_job()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        await network.NewNodeAsync();
        network.Time.Advance(Leases.Length + TimeSpan.FromMilliseconds(1));

        (await network.PostAsync(account)).Job.State.ShouldBe(JobState.Queued);
    }

    [Fact]
    public async Task Too_few_credits_are_refused_in_the_words_that_official_clients_look_for()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(0.05m);

        var refusal = await network.RefusedAsync(new PostJob(account.Key, TestNetwork.Market, TestNetwork.Definition, 3_600, null));

        refusal.Code.ShouldBe(ErrorCode.InsufficientCredits);
        refusal.Message.ShouldBe("Insufficient credits. Available: $0.050, Required: $0.110");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(86_401)]
    [InlineData(long.MaxValue)]
    public async Task A_timeout_outside_the_markets_range_is_refused(long seconds)
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);

        var refusal = await network.RefusedAsync(new PostJob(account.Key, TestNetwork.Market, TestNetwork.Definition, seconds, null));

        refusal.Code.ShouldBe(ErrorCode.InvalidTimeout);
        refusal.Message.ShouldContain("86400");
    }

    [Fact]
    public async Task An_unknown_market_is_refused()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);

        var refusal = await network.RefusedAsync(new PostJob(account.Key, new(network.NewBytes()), TestNetwork.Definition, 60, null));

        refusal.Code.ShouldBe(ErrorCode.UnknownMarket);
    }

    [Fact]
    public async Task A_closed_market_is_refused()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        await network.DoAsync(new ChangeMarket(TestNetwork.Market, new MarketTerms { Open = false }));

        var refusal = await network.RefusedAsync(new PostJob(account.Key, TestNetwork.Market, TestNetwork.Definition, 60, null));

        refusal.Code.ShouldBe(ErrorCode.MarketClosed);
    }

    [Fact]
    public async Task A_node_that_no_one_knows_is_refused()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);

        var refusal = await network.RefusedAsync(new PostJob(account.Key, TestNetwork.Market, TestNetwork.Definition, 60, new(network.NewBytes())));

        refusal.Code.ShouldBe(ErrorCode.UnknownNode);
    }

    [Fact]
    public async Task A_busy_node_is_refused()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);
        var node = await network.NewNodeAsync();
        await network.PostAsync(account);

        var refusal = await network.RefusedAsync(new PostJob(account.Key, TestNetwork.Market, TestNetwork.Definition, 60, node.Address));

        refusal.Code.ShouldBe(ErrorCode.NodeBusy);
    }

    [Fact]
    public async Task A_refused_post_changes_nothing()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(1);

        await network.RefusedAsync(new PostJob(account.Key, TestNetwork.Market, TestNetwork.Definition, 0, null));

        (await network.AccountAsync(account.Key)).ShouldBe(account);
    }
}
