using System.CommandLine;
using System.Text.Json;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

internal sealed class WebhookLogCommand : NetworkCommand
{
    private readonly Argument<string> _id = new("id") { Description = "Its id, as 'webhook list' shows it." };

    public WebhookLogCommand(Terminal terminal)
        : base(terminal, "log", "Shows the last attempts to send its messages, newest first.")
    {
        Add(_id);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation)
    {
        var attempts = await client.Webhooks.DeliveriesAsync(parsed.GetRequiredValue(_id), cancellation);
        return PrintList(
            parsed, attempts, attempt => JsonSerializer.SerializeToElement(attempt, ProtocolJson.Default.WebhookDeliveryView), ["AT", "EVENT", "ATTEMPT", "OUTCOME", "STATUS", "ERROR", "MESSAGE"],
            attempt => [attempt.At, attempt.Type, attempt.Attempt, attempt.Outcome, attempt.Status, attempt.Error, attempt.MessageId]);
    }
}
