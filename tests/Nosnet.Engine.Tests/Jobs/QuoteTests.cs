using Nosnet.Protocol;

namespace Nosnet.Engine.Tests;

public sealed class QuoteTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_quote_says_what_a_post_would_come_to_and_leaves_nothing_behind()
    {
        using var network = await TestNetwork.StartAsync();
        var account = await network.NewAccountAsync(0.11m);
        var node = await network.NewNodeAsync();
        var before = await network.AccountAsync(account.Key);

        (await network.DoAsync(new QuoteJob(TestNetwork.PostCommand(account)))).ShouldBe(new QuotedJob(node.Address, null));
        (await network.AccountAsync(account.Key)).ShouldBe(before);
        (await network.NodeAsync(node)).Running.ShouldBe(0);

        (await network.PostAsync(account)).Job.Key.ShouldBe(1);
        (await network.DoAsync(new QuoteJob(TestNetwork.PostCommand(account)))).Refusal.ShouldNotBeNull().Code.ShouldBe(ErrorCode.InsufficientCredits);
    }

    [Theory]
    [InlineData(1, 0, 10)]
    [InlineData(2, 0, 30)]
    [InlineData(3, 60, 10)]
    [InlineData(6, 120, 30)]
    public void Places_come_free_one_after_the_other_and_the_queue_takes_them_in_order(int position, int minutes, int seconds) =>
        StartEstimate.Of(Now, position, [Now.AddSeconds(30), Now.AddSeconds(10)], TimeSpan.FromHours(1)).ShouldBe(Now.AddMinutes(minutes).AddSeconds(seconds));

    [Fact]
    public void No_start_is_told_where_there_is_no_place_or_it_is_beyond_all_time()
    {
        StartEstimate.Of(Now, 1, [], TimeSpan.FromHours(1)).ShouldBeNull();
        StartEstimate.Of(Now, 10_000, [Now], TimeSpan.FromDays(3_650)).ShouldBeNull();
        StartEstimate.Of(Now, 1, [Now.AddHours(-1)], TimeSpan.FromHours(1)).ShouldBe(Now);
    }
}
