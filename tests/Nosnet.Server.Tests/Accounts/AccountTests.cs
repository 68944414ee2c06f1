using System.Net;
using System.Text.Json;
using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

public sealed class AccountTests
{
    [Fact]
    public async Task The_operator_sees_what_every_account_has_has_spent_and_earned()
    {
        await using var network = await TestNetwork.StartAsync();
        var (key, account) = await network.NewAccountAsync(credits: 2, name: "ada");
        (await network.PostAsync("/api/deployments/vaults/create", new { name = "kept apart" }, key)).ShouldSucceed();
        using var node = await SimulatedNode.JoinedAsync(network);
        await network.PostJobAsync(timeout: 3_600, key: key);
        var run = (await node.BeatAsync()).Assignments.ShouldHaveSingleItem();
        (await node.StartAsync(run)).ShouldSucceed();
        await network.PostJobAsync(timeout: 3_600, key: key);

        var accounts = (await network.GetAsync("/api/accounts")).ShouldSucceed().Json.GetProperty("accounts").EnumerateArray().ToList();

        accounts.Select(a => a.GetProperty("role").GetString()).ShouldBe(["network", "operator", "user", "node"]);
        var ada = accounts[2];
        ada.GetProperty("account").GetString().ShouldBe(account);
        ada.GetProperty("name").GetString().ShouldBe("ada");
        ada.GetProperty("availableCredits").GetDecimal().ShouldBe(1.78m);
        ada.GetProperty("reservedCredits").GetDecimal().ShouldBe(0.22m);
        ada.GetProperty("settledCredits").GetDecimal().ShouldBe(0);
        ada.GetProperty("jobs").GetInt64().ShouldBe(2);
    }

    [Fact]
    public async Task They_come_in_pages()
    {
        await using var network = await TestNetwork.StartAsync();
        await network.NewAccountAsync(name: "ada");
        var first = (await network.GetAsync("/api/accounts?limit=2")).ShouldSucceed().Json;
        var second = (await network.GetAsync($"/api/accounts?limit=2&cursor={first.GetProperty("nextCursor").GetString()}")).ShouldSucceed().Json;

        Names(first).ShouldBe(["network", "operator"]);
        Names(second).ShouldBe(["ada"]);
        second.GetProperty("nextCursor").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Nobody_else_sees_them()
    {
        await using var network = await TestNetwork.StartAsync();
        var (key, _) = await network.NewAccountAsync();
        (await network.GetAsync("/api/accounts", key)).ShouldRefuse(HttpStatusCode.Forbidden, ErrorCode.OperatorOnly);
        (await network.GetAsync("/api/accounts?cursor=nonsense")).ShouldRefuse(HttpStatusCode.BadRequest, ErrorCode.InvalidParameter);
    }

    private static IEnumerable<string?> Names(JsonElement page) => page.GetProperty("accounts").EnumerateArray().Select(a => a.GetProperty("name").GetString());
}
