using System.CommandLine;
using Nosnet.Client;

namespace Nosnet.Cli;

internal sealed class DeploymentApplyCommand : NetworkCommand
{
    private readonly Argument<string> _file = new("file") { Description = "A JSON file with the fields of a deployment." };

    public DeploymentApplyCommand(Terminal terminal)
        : base(terminal, "apply", "Makes the deployment of that name what a file says; does nothing where it is that already.")
    {
        Add(_file);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation)
    {
        var wanted = DeploymentFile.Read(parsed.GetRequiredValue(_file));
        var applied = await client.Deployments.ApplyAsync(wanted, cancellation);
        Terminal.Say(applied switch
        {
            { IsNew: true } => DeploymentCard.Made(applied.Deployment),
            { Changes: [] } => $"{Plain.Text(wanted.Name)} is as the file says.",
            _ => $"Changed {Plain.Text(wanted.Name)}: {string.Join(", ", applied.Changes)}.",
        });
        if (WantsJson(parsed))
            Terminal.PrintJson(applied.Deployment.Json);
        else
            Terminal.Print(applied.Deployment.Address.ToString());
        return ExitCodes.Ok;
    }
}
