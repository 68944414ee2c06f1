using System.Text.Json;

namespace Nosnet.Cli.Tests;

public sealed class VaultCommandsTests
{
    private static readonly string Address = DeploymentSample.Address.ToString();
    private static readonly string Vault = $$"""{"vault":"{{Address}}","owner":"{{Sample.Account}}","created_at":"2026-01-01T00:00:00.000Z","name":"team","available":2.5,"reserved":0.5}""";

    [Fact]
    public async Task A_vault_is_made_and_its_address_is_the_data()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("POST /api/deployments/vaults/create", Vault);
        var run = await Cli.RunAsync(network, "vault", "create", "team");
        (run.Out, run.Error).ShouldBe((Address + "\n", $"Made team; to give it credits: nosnet vault topup {Address} AMOUNT\n"));
        network.Request.Body.ShouldBe("""{"name":"team"}""");
    }

    [Fact]
    public async Task Vaults_are_listed()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/deployments/vaults", $"[{Vault}]");
        (await Cli.RunAsync(network, "vault", "list")).Out.ShouldContain("team");
        JsonElement.Parse((await Cli.RunAsync(network, "vault", "list", "--json")).Out)[0].GetProperty("available").GetDecimal().ShouldBe(2.5m);
    }

    [Theory]
    [InlineData("topup", "{\"amount\":2.5}", "2.5")]
    [InlineData("withdraw", "{\"amount\":2.5}", "2.5")]
    [InlineData("withdraw", "{}")]
    public async Task Credits_are_moved(string way, string body, params string[] amount)
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer($"POST /api/deployments/vaults/{Address}/{way}", $$"""{"transaction":"T","amount":2.5,"vault":{{Vault}}}""");
        var run = await Cli.RunAsync(network, ["vault", way, Address, .. amount]);
        run.Error.ShouldBe("Moved $2.500; the vault has $2.500 to spend.\n");
        network.Request.Body.ShouldBe(body);
    }

    [Theory]
    [InlineData("topup")]
    [InlineData("topup", "lots")]
    [InlineData("withdraw", "lots")]
    public async Task An_amount_that_is_none_is_refused(string way, params string[] amount)
    {
        await using var network = await TestNetwork.StartAsync();
        (await Cli.RunAsync(network, ["vault", way, Address, .. amount])).Code.ShouldBe(ExitCodes.Usage);
        network.Requests.ShouldBeEmpty();
    }
}
