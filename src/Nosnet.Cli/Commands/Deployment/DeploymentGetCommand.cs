using System.CommandLine;
using Nosnet.Client;

namespace Nosnet.Cli;

internal sealed class DeploymentGetCommand : DeploymentCommand
{
    public DeploymentGetCommand(Terminal terminal)
        : base(terminal, "get", "Shows a deployment.") =>
        AddCommonOptions();

    protected override async Task<int> RunAsync(NosanaClient client, DeploymentHandle deployment, ParseResult parsed, CancellationToken cancellation)
    {
        DeploymentCard.Show(Terminal, await deployment.GetAsync(cancellation), WantsJson(parsed));
        return ExitCodes.Ok;
    }
}
