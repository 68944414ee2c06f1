using System.CommandLine;
using Nosnet.Client;

namespace Nosnet.Cli;

internal sealed class KeyCapCommand : NetworkCommand
{
    private readonly Argument<string> _id = new("id") { Description = "The key's id, as 'key list' shows it." };
    private readonly CapOptions _caps = new();

    public KeyCapCommand(Terminal terminal)
        : base(terminal, "cap", "Gives an API key these caps and no others.")
    {
        Add(_id);
        _caps.AddWithNoneTo(this);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation)
    {
        var key = await client.ApiKeys.SetCapsAsync(parsed.GetRequiredValue(_id), _caps.ReadOrNone(parsed), cancellation);
        Terminal.Say(key.Caps is null ? $"The key {Plain.Text(key.Name)} has no caps." : $"What is posted with the key {Plain.Text(key.Name)} from now on counts against its caps.");
        if (WantsJson(parsed))
            Terminal.PrintJson(key.Json);
        return ExitCodes.Ok;
    }
}
