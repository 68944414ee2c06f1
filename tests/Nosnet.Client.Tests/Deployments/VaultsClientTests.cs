using Nosnet.Protocol;

namespace Nosnet.Client.Tests;

public sealed class VaultsClientTests
{
    private const string Official = $$"""{"vault":"{{Sample.Account}}","owner":"{{Sample.Account}}","created_at":"2026-01-01T00:00:00.000Z"}""";
    private static readonly AccountAddress Address = AccountAddress.Parse("7AtiXMSH6R1jjBxrcYjehCkkSF7zvYWte63gwEDBcGHq");
    private static readonly string Ours = $$"""{"vault":"{{Address}}","owner":"{{Sample.Account}}","created_at":"2026-01-01T00:00:00.000Z","name":"team","available":2.5,"reserved":0.5}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Vaults_of_all_networks_are_listed()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/deployments/vaults", $"[{Official},{Ours}]");
        using var client = network.Client();
        var vaults = await client.Deployments.Vaults.ListAsync(Cancellation);
        vaults.Select(v => (v.Name, v.Available, v.Reserved)).ShouldBe([("", null, null), ("team", Credits.FromUsd(2.5m), Credits.FromUsd(0.5m))]);
        vaults[1].Address.ShouldBe(Address);
    }

    [Fact]
    public async Task A_vault_is_made_filled_and_emptied()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("POST /api/deployments/vaults/create", Ours);
        foreach (var way in (string[])["topup", "withdraw"])
            network.Answer($"POST /api/deployments/vaults/{Address}/{way}", $$"""{"transaction":"T","amount":2.5,"vault":{{Ours}}}""");
        using var client = network.Client();
        var vaults = client.Deployments.Vaults;

        (await vaults.CreateAsync("team", Cancellation)).Address.ShouldBe(Address);
        (await vaults.TopUpAsync(Address, Credits.FromUsd(2.5m), Cancellation)).Transaction.ShouldBe("T");
        (await vaults.WithdrawAsync(Address, cancellationToken: Cancellation)).Amount.ShouldBe(Credits.FromUsd(2.5m));

        network.Requests.Select(r => r.Body).ShouldBe(["""{"name":"team"}""", """{"amount":2.5}""", "{}"]);
        network.Requests.ShouldAllBe(r => r.Header("Idempotency-Key") != null);
    }

    [Fact]
    public async Task What_a_vault_lacks_is_a_typed_refusal()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"POST /api/deployments/vaults/{Address}/withdraw", """{"error":"Vault has no funds to withdraw.","statusCode":402,"code":"INSUFFICIENT_CREDITS"}""", 402);
        using var client = network.Client();
        await Should.ThrowAsync<NosanaInsufficientCreditsException>(() => client.Deployments.Vaults.WithdrawAsync(Address, cancellationToken: Cancellation));
        await Should.ThrowAsync<ArgumentException>(() => client.Deployments.Vaults.CreateAsync(" ", Cancellation));
        network.Requests.Count.ShouldBe(1);
    }
}
