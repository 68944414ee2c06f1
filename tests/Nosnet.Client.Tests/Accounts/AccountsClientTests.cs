using Nosnet.Protocol;

namespace Nosnet.Client.Tests;

public sealed class AccountsClientTests
{
    [Fact]
    public async Task All_accounts_are_listed_page_by_page()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/accounts?limit=1", $$"""{"accounts":[{{Account("ada")}}],"nextCursor":"{{Sample.Account}}"}""");
        network.Answer($"GET /api/accounts?limit=1&cursor={Sample.Account}", $$"""{"accounts":[{{Account("bob")}}],"nextCursor":null}""");
        using var client = network.Client();

        var accounts = await client.Accounts.ListAsync(pageSize: 1).ToListAsync(TestContext.Current.CancellationToken);

        accounts.Select(a => a.Name).ShouldBe(["ada", "bob"]);
        accounts[0].EarnedCredits.ShouldBe(Credits.FromUsd(0.5m));
    }

    private static string Account(string name) => $$"""
        {"account":"{{Sample.Account}}","name":"{{name}}","role":"user","createdAt":"2026-01-01T00:00:00Z","availableCredits":1,"reservedCredits":2,"settledCredits":3,
         "earnedCredits":0.5,"jobs":4,"later":true}
        """;
}
