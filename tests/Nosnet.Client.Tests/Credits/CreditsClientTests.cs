using Nosnet.Protocol;

namespace Nosnet.Client.Tests;

public sealed class CreditsClientTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_balance_says_what_can_be_spent()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/credits/balance", """{"assignedCredits":10,"reservedCredits":1.5,"settledCredits":2.0000000001}""");
        using var client = network.OfficialClient();
        (await client.Credits.BalanceAsync(Cancellation)).AvailableCredits.ShouldBe(Credits.FromUsd(6.5m));
    }

    [Fact]
    public async Task Movements_are_listed_page_after_page()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/credits/transactions?limit=1", Page("manual_grant", "100", "\"c\""));
        network.Answer("GET /api/credits/transactions?limit=1&cursor=c", Page("job_debit", "-0.048", "null"));
        using var client = network.Client();
        var movements = await client.Credits.TransactionsAsync(pageSize: 1).ToListAsync(Cancellation);
        movements.Select(m => (m.Type, m.Amount)).ShouldBe([("manual_grant", Credits.FromUsd(100)), ("job_debit", Credits.FromUsd(-0.048m))]);
    }

    [Fact]
    public async Task A_grant_names_amount_and_account()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("POST /api/credits/grant", $$$"""
            {"tx":"T","account":"{{{Sample.Account}}}","balance":{"assignedCredits":5,"reservedCredits":0,"settledCredits":0}}
            """);
        using var client = network.Client();
        var granted = await client.Credits.GrantAsync(Credits.FromUsd(5), AccountAddress.Parse(Sample.Account), Cancellation);
        network.Request.Body.ShouldBe($$"""{"amount":5,"account":"{{Sample.Account}}"}""");
        granted.Balance.AvailableCredits.ShouldBe(Credits.FromUsd(5));
    }

    [Fact]
    public async Task Limits_are_set_and_read_with_what_counts_against_them()
    {
        await using var network = await TestNetwork.StartAsync();
        var limits = $$$"""
            {"account":"{{{Sample.Account}}}","caps":{"maxPerDayUsd":10},"reservedUsd":1,"spentTodayUsd":2,"dayEndsAt":"2026-01-02T00:00:00Z",
            "key":{"caps":{"maxPerJobUsd":1},"reservedUsd":0.5,"spentTodayUsd":0.7}}
            """;
        network.Answer("PUT /api/credits/limits", limits);
        network.Answer("GET /api/credits/limits", limits);
        using var client = network.Client();
        await client.Credits.SetLimitsAsync(new() { MaxPerDayUsd = Credits.FromUsd(10) }, AccountAddress.Parse(Sample.Account), Cancellation);
        network.Request.Body.ShouldBe($$"""{"caps":{"maxPerDayUsd":10},"account":"{{Sample.Account}}"}""");
        var read = await client.Credits.LimitsAsync(cancellationToken: Cancellation);
        read.Key.ShouldNotBeNull().SpentTodayUsd.ShouldBe(Credits.FromUsd(0.7m));
        read.SpentTodayUsd.ShouldBe(Credits.FromUsd(2));
    }

    private static string Page(string type, string amount, string cursor) =>
        $$"""{"transactions":[{"tx":"T","type":"{{type}}","at":"2026-01-01T00:00:00Z","amount":{{amount}}}],"nextCursor":{{cursor}}}""";
}
