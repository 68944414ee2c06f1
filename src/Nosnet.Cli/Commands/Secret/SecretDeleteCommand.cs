using System.CommandLine;
using Nosnet.Client;

namespace Nosnet.Cli;

internal sealed class SecretDeleteCommand : NetworkCommand
{
    private readonly Argument<string> _name = new("name") { Description = "Its name." };

    public SecretDeleteCommand(Terminal terminal)
        : base(terminal, "delete", "Removes a secret. Jobs that name it and have not begun will fail.")
    {
        Add(_name);
        AddConnectionOptions();
    }

    protected override async Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation)
    {
        var name = parsed.GetRequiredValue(_name);
        await client.Secrets.DeleteAsync(name, cancellation);
        Terminal.Say($"Removed {Plain.Text(name)}.");
        return ExitCodes.Ok;
    }
}
