using System.CommandLine;
using Nosnet.Client;

namespace Nosnet.Cli;

internal sealed class DeploymentRollbackCommand : DeploymentCommand
{
    private readonly Option<int?> _revision = new("--to") { Description = "The revision. [default: the one before the active one]", HelpName = "number" };

    public DeploymentRollbackCommand(Terminal terminal)
        : base(terminal, "rollback", "Has a deployment's jobs run another revision.")
    {
        Add(_revision);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(NosanaClient client, DeploymentHandle deployment, ParseResult parsed, CancellationToken cancellation)
    {
        var number = parsed.GetValue(_revision) ?? (await deployment.GetAsync(cancellation)).ActiveRevision - 1;
        if (number < 1)
            throw new UsageException("The active revision is the first; there is none before it. Name another with --to.");
        await deployment.RollBackAsync(number, cancellation);
        return await DoneAsync(deployment, parsed, $"Revision {number} is the active one.", cancellation);
    }
}
