using Nosnet.Protocol;

namespace Nosnet.Client.Tests;

public sealed class WebhooksClientTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_webhook_is_made_shows_its_secret_once_and_keeps_it_out_of_logs()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("POST /api/webhooks", """{"id":"wh_1","url":"https://example.com/","events":["job.ended"],"createdAt":"2026-01-01T00:00:00Z","secret":"whsec_AAAA"}""");
        using var client = network.Client();
        var made = await client.Webhooks.CreateAsync(new Uri("https://example.com/"), [AccountEvents.JobEnded], Cancellation);
        network.Request.Body.ShouldBe("""{"url":"https://example.com/","events":["job.ended"]}""");
        made.Secret.ShouldBe("whsec_AAAA");
        made.ToString().ShouldNotContain("whsec_");
    }

    [Fact]
    public async Task Deliveries_are_read_and_a_webhook_is_removed()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Answer("GET /api/webhooks/wh_1/deliveries", """[{"messageId":"msg_1","type":"job.ended","attempt":2,"at":"2026-01-01T00:00:00Z","outcome":"delivered","status":204,"milliseconds":5}]""");
        network.Answer("DELETE /api/webhooks/wh_1", "{}");
        using var client = network.Client();
        (await client.Webhooks.DeliveriesAsync("wh_1", Cancellation)).ShouldHaveSingleItem().Status.ShouldBe(204);
        await client.Webhooks.DeleteAsync("wh_1", Cancellation);
        network.Requests.Count.ShouldBe(2);
    }
}
