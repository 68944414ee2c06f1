using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

internal sealed class EventsCommand : NetworkCommand
{
    private readonly Option<string?> _after = new("--after")
    {
        Description = $"Begin behind the event of this id, as --json names it; {AccountEvents.First} for all that ever happened. [default: from now on]",
        HelpName = "id",
    };

    private readonly Option<AccountAddress?> _account = Parsed.Option<AccountAddress>("--account", "Whose, as the operator. [default: yours]", "address");

    public EventsCommand(Terminal terminal)
        : base(terminal, "events", "Prints what happens to your account and its jobs, as it happens, until Ctrl-C. With --json, an event a line.")
    {
        Add(_after);
        Add(_account);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation)
    {
        await foreach (var told in client.Events.StreamAsync(parsed.GetValue(_after), parsed.GetValue(_account), cancellation))
        {
            if (WantsJson(parsed))
                Terminal.PrintJsonLine(json => JsonSerializer.Serialize(json, told, ProtocolJson.Default.AccountEvent));
            else
                Terminal.Print(Line(told));
        }

        return ExitCodes.Ok;
    }

    private static string Line(AccountEvent told)
    {
        var reason = told.Reason is null ? null : JsonSerializer.SerializeToElement(told.Reason.Value, ProtocolJson.Default.EndReason).GetString();
        string?[] parts =
        [
            told.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture), Plain.Text(told.Type), told.Job?.ToString(), reason, told.AmountUsd?.ToString(), told.Node?.ToString(),
        ];
        return string.Join("  ", parts.Where(p => !string.IsNullOrEmpty(p)));
    }
}
