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
        var found = await deployment.GetAsync(cancellation);
        if (WantsJson(parsed))
            Terminal.PrintJson(found.Json);
        else
            Terminal.Draw(DeploymentCard.Of(found, await MarketName.OfAsync(client, found.Market, cancellation)));
        return ExitCodes.Ok;
    }
}
