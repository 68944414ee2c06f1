namespace Nosnet.Client.Tests;

public sealed class SecretsClientTests
{
    private const string View = """{"name":"TOKEN","createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-02T00:00:00Z","lastUsedAt":null}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_secret_is_sent_and_not_shown_again()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("PUT /api/secrets/TOKEN", View);
        using var client = network.Client();
        var secret = await client.Secrets.SetAsync("TOKEN", "hunter22", Cancellation);
        network.Request.Body.ShouldBe("""{"value":"hunter22"}""");
        secret.LastUsedAt.ShouldBeNull();
        secret.ToString().ShouldNotContain("hunter22");
    }

    [Fact]
    public async Task Secrets_are_listed_and_removed_by_name()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/secrets", $"[{View}]");
        network.Answer("DELETE /api/secrets/TOKEN", View);
        using var client = network.Client();
        (await client.Secrets.ListAsync(Cancellation)).ShouldHaveSingleItem().Name.ShouldBe("TOKEN");
        await client.Secrets.DeleteAsync("TOKEN", Cancellation);
        network.Requests.Count.ShouldBe(2);
    }
}
