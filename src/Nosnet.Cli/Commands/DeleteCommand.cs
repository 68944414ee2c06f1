using System.CommandLine;
using Nosnet.Client;

namespace Nosnet.Cli;

/// <summary>A command that removes one thing by its name or its id.</summary>
internal sealed class DeleteCommand : NetworkCommand
{
    private readonly Argument<string> _which;
    private readonly Func<NosanaClient, string, CancellationToken, Task> _delete;

    private DeleteCommand(Terminal terminal, string description, Argument<string> which, Func<NosanaClient, string, CancellationToken, Task> delete)
        : base(terminal, "delete", description)
    {
        (_which, _delete) = (which, delete);
        Add(which);
        AddConnectionOptions();
    }

    public static Command OfSecrets(Terminal terminal) => new DeleteCommand(
        terminal, "Removes a secret. Jobs that name it and have not begun will fail.", new("name") { Description = "Its name." },
        (client, name, cancellation) => client.Secrets.DeleteAsync(name, cancellation));

    public static Command OfKeys(Terminal terminal) => new DeleteCommand(
        terminal, "Removes an API key; it stops working at once.", new("id") { Description = "Its id, as 'key list' shows it." },
        (client, id, cancellation) => client.ApiKeys.DeleteAsync(id, cancellation));

    public static Command OfWebhooks(Terminal terminal) => new DeleteCommand(
        terminal, "Removes a webhook, and what was still to be sent to it.", new("id") { Description = "Its id, as 'webhook list' shows it." },
        (client, id, cancellation) => client.Webhooks.DeleteAsync(id, cancellation));

    protected override async Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation)
    {
        var which = parsed.GetRequiredValue(_which);
        await _delete(client, which, cancellation);
        Terminal.Say($"Removed {Plain.Text(which)}.");
        return ExitCodes.Ok;
    }
}
