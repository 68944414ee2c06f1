using System.CommandLine;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

internal sealed class WebhookCreateCommand : NetworkCommand
{
    private readonly Argument<Uri?> _url = new("url")
    {
        Description = "Where its messages go.",
        CustomParser = result =>
        {
            var text = result.Tokens.Single().Value;
            if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https"))
                return uri;
            result.AddError($"'{text}' is no URL for a webhook; one looks like https://example.com/hook.");
            return null;
        },
    };

    private readonly Option<string[]> _events = new("--event")
    {
        Description = $"What it is for; may be repeated. One of {string.Join(", ", WebhookRequest.AllEvents)}. [default: all]",
        HelpName = "type",
    };

    public WebhookCreateCommand(Terminal terminal)
        : base(terminal, "create", "Makes a webhook and prints its secret. It is never shown again.")
    {
        Add(_url);
        Add(_events);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation)
    {
        var made = await client.Webhooks.CreateAsync(parsed.GetRequiredValue(_url)!, parsed.GetValue(_events) is { Length: > 0 } events ? events : null, cancellation);
        Terminal.Say($"Made webhook {Plain.Text(made.Id)}. Keep its secret: it is shown only now.");
        if (WantsJson(parsed))
            Terminal.PrintJson(made, ProtocolJson.Default.WebhookCreated);
        else
            Terminal.Print(made.Secret);
        return ExitCodes.Ok;
    }
}
