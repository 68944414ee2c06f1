using System.Net;
using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

public sealed class CreditTests
{
    [Fact]
    public async Task The_history_names_every_movement_and_adds_up_to_the_balance()
    {
        await using var network = await TestNetwork.StartAsync();
        var (key, _) = await network.NewAccountAsync(credits: 10);
        using var node = await SimulatedNode.JoinedAsync(network);
        var job = await network.PostJobAsync(timeout: 3600, key: key);
        await network.PostAsync($"/api/jobs/{job}/extend", new { seconds = 3600 }, key);
        var run = (await node.BeatAsync()).Assignments.ShouldHaveSingleItem();
        await node.StartAsync(run);
        (await node.FinishAsync(run)).ShouldSucceed();
        await node.PostAsync("/api/nodes/leave");
        var waiting = await network.PostJobAsync(key: key);
        await network.PostAsync($"/api/jobs/{waiting}/stop", null, key);

        var page = (await network.GetAsync("/api/credits/transactions", key)).ShouldSucceed().Json;
        var movements = page.GetProperty("transactions").EnumerateArray().ToList();
        movements.Select(m => m.GetProperty("type").GetString()).ShouldBe(["job_refund", "job_debit", "job_settlement", "job_extend", "job_debit", "manual_grant"]);
        movements.Sum(m => m.GetProperty("amount").GetDecimal()).ShouldBe(await network.AvailableAsync(key));
        movements[2].GetProperty("settled").GetDecimal().ShouldBe((await network.GetAsync($"/api/jobs/{job}", key)).Json.GetProperty("costUsd").GetDecimal());
        movements[2].GetProperty("job").GetString().ShouldBe(job);
        movements.Select(m => m.GetProperty("tx").GetString()).Distinct().Count().ShouldBe(6);
    }

    [Fact]
    public async Task The_history_is_read_page_by_page()
    {
        await using var network = await TestNetwork.StartAsync();
        var (key, account) = await network.NewAccountAsync();
        for (var i = 1; i <= 5; i++)
            await network.PostAsync("/api/credits/grant", new { account, amount = i });
        var seen = new List<decimal>();
        string? cursor = null;
        do
        {
            var page = (await network.GetAsync($"/api/credits/transactions?limit=2&cursor={cursor}", key)).ShouldSucceed().Json;
            seen.AddRange(page.GetProperty("transactions").EnumerateArray().Select(m => m.GetProperty("amount").GetDecimal()));
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);
        seen.ShouldBe([5, 4, 3, 2, 1]);
    }

    [Fact]
    public async Task Nobody_reads_anothers_history_with_its_cursor()
    {
        await using var network = await TestNetwork.StartAsync();
        var (rich, _) = await network.NewAccountAsync(credits: 7);
        var (nosy, _) = await network.NewAccountAsync();
        // The first half of a receipt's id is the place of its entry, in the very form of a cursor.
        Tx.TryParse((await network.GetAsync("/api/credits/transactions", rich)).Json.GetProperty("transactions")[0].GetProperty("tx").GetString(), out var tx).ShouldBeTrue();
        (await network.GetAsync($"/api/credits/transactions?cursor={tx.Place}", nosy)).ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.InvalidParameter);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("100000001")]
    public async Task A_grant_out_of_range_is_refused(string amount)
    {
        await using var network = await TestNetwork.StartAsync();
        var before = await network.BalanceAsync();
        (await network.PostAsync("/api/credits/grant", $$"""{"amount":{{amount}}}""")).ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.InvalidParameter);
        (await network.BalanceAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task A_grant_without_amount_names_the_field()
    {
        await using var network = await TestNetwork.StartAsync();
        (await network.PostAsync("/api/credits/grant", "{}")).ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.InvalidParameter).Error.ShouldContain("'amount'");
    }
}
