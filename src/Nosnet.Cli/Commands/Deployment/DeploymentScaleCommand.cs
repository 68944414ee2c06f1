using System.CommandLine;
using Nosnet.Client;

namespace Nosnet.Cli;

internal sealed class DeploymentScaleCommand : DeploymentCommand
{
    private readonly Argument<int> _replicas = new("replicas") { Description = "How many jobs; 0 keeps none." };

    public DeploymentScaleCommand(Terminal terminal)
        : base(terminal, "scale", "Changes how many jobs a deployment keeps.")
    {
        Add(_replicas);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(NosanaClient client, DeploymentHandle deployment, ParseResult parsed, CancellationToken cancellation)
    {
        var replicas = parsed.GetRequiredValue(_replicas);
        await deployment.ScaleAsync(replicas, cancellation);
        return await DoneAsync(deployment, parsed, $"It keeps {replicas} {(replicas == 1 ? "job" : "jobs")} from now on.", cancellation);
    }
}
