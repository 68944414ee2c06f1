using System.CommandLine;
using Nosnet.Client;

namespace Nosnet.Cli;

internal sealed class DeploymentDuplicateCommand : DeploymentCommand
{
    private readonly Option<string?> _name = new("--name") { Description = "The name of the copy. [default: the name with ' (copy)' behind it]", HelpName = "name" };
    private readonly Option<bool> _start = new("--start") { Description = "Start the copy at once." };

    public DeploymentDuplicateCommand(Terminal terminal)
        : base(terminal, "duplicate", "Makes a copy of a deployment, of its active revision alone.")
    {
        Add(_name);
        Add(_start);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(NosanaClient client, DeploymentHandle deployment, ParseResult parsed, CancellationToken cancellation)
    {
        var copy = await deployment.DuplicateAsync(parsed.GetValue(_name), parsed.GetValue(_start), cancellation);
        Terminal.Say(DeploymentCard.Made(copy));
        if (WantsJson(parsed))
            Terminal.PrintJson(copy.Json);
        else
            Terminal.Print(copy.Address.ToString());
        return ExitCodes.Ok;
    }
}
