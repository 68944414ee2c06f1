using Nosnet.Protocol;

namespace Nosnet.Client.Tests;

public sealed class ApiKeysClientTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_is_shown_when_it_is_made_and_hidden_from_logs()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("POST /api/api-keys", $$"""
            {"id":"k1","name":"ci","account":"{{Sample.Account}}","status":"active","scopes":["jobs:read"],"createdAt":"2026-01-01T00:00:00Z","expiresAt":null,"key":"nos_secret"}
            """);
        using var client = network.Client();
        var key = await client.ApiKeys.CreateAsync(new NewApiKey("ci") { ExpiresIn = TimeSpan.FromDays(1), Scopes = ["jobs:read"] }, Cancellation);
        network.Request.Body.ShouldBe("""{"name":"ci","expiresIn":86400,"scopes":["jobs:read"]}""");
        key.Key.ShouldBe("nos_secret");
        key.ToString().ShouldBe("API key k1 (ci)");
    }

    [Fact]
    public async Task A_key_that_is_not_shown_is_as_good_as_none()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("POST /api/api-keys", """{"id":"k1","name":"ci"}""");
        using var client = network.Client();
        (await Should.ThrowAsync<NosanaException>(() => client.ApiKeys.CreateAsync(new NewApiKey("ci"), Cancellation))).Message.ShouldContain("it shows no key");
    }

    [Fact]
    public async Task Keys_are_listed()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/api-keys", """[{"id":7,"name":"of an older service","expiresAt":1767225600},{"name":"without id"}]""");
        using var client = network.Client();
        var key = (await client.ApiKeys.ListAsync(Cancellation)).ShouldHaveSingleItem();
        key.Id.ShouldBe("7");
        key.ExpiresAt.ShouldBe(DateTimeOffset.FromUnixTimeSeconds(1767225600));
    }

    [Fact]
    public async Task Caps_of_a_key_are_set_and_read()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("PUT /api/api-keys/k1/caps", """{"id":"k1","name":"ci","caps":{"maxReservedUsd":5,"maxPerDayUsd":null,"maxPerJobUsd":0.5}}""");
        using var client = network.Client();
        var key = await client.ApiKeys.SetCapsAsync("k1", new() { MaxReservedUsd = Credits.FromUsd(5), MaxPerJobUsd = Credits.FromUsd(0.5m) }, Cancellation);
        network.Request.Body.ShouldBe("""{"maxReservedUsd":5,"maxPerJobUsd":0.5}""");
        network.Request.Header("Idempotency-Key").ShouldNotBeNull();
        key.Caps.ShouldBe(new SpendingCaps { MaxReservedUsd = Credits.FromUsd(5), MaxPerJobUsd = Credits.FromUsd(0.5m) });
    }

    [Fact]
    public async Task Removing_a_key_names_its_id()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("POST /api/api-keys/k1/delete", "", 204);
        using var client = network.Client();
        await client.ApiKeys.DeleteAsync("k1", Cancellation);
        network.Requests.ShouldHaveSingleItem();
    }
}
