using System.CommandLine;
using System.Text.Json;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

internal sealed class WebhookListCommand : NetworkCommand
{
    public WebhookListCommand(Terminal terminal)
        : base(terminal, "list", "Lists the account's webhooks. Their secrets are never shown.") =>
        AddCommonOptions();

    protected override async Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation)
    {
        var webhooks = await client.Webhooks.ListAsync(cancellation);
        return PrintList(
            parsed, webhooks, webhook => JsonSerializer.SerializeToElement(webhook, ProtocolJson.Default.WebhookView), ["WEBHOOK", "URL", "EVENTS", "CREATED"],
            webhook => [webhook.Id, webhook.Url, string.Join(' ', webhook.Events), webhook.CreatedAt]);
    }
}
