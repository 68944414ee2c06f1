using System.CommandLine;
using Nosnet.Client;

namespace Nosnet.Cli;

internal sealed class WebhookDeleteCommand : NetworkCommand
{
    private readonly Argument<string> _id = new("id") { Description = "Its id, as 'webhook list' shows it." };

    public WebhookDeleteCommand(Terminal terminal)
        : base(terminal, "delete", "Removes a webhook, and what was still to be sent to it.")
    {
        Add(_id);
        AddConnectionOptions();
    }

    protected override async Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation)
    {
        var id = parsed.GetRequiredValue(_id);
        await client.Webhooks.DeleteAsync(id, cancellation);
        Terminal.Say($"Removed {Plain.Text(id)}.");
        return ExitCodes.Ok;
    }
}
