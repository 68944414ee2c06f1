using System.CommandLine;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

internal sealed class DeploymentReviseCommand : DeploymentCommand
{
    private readonly Argument<string> _definition = new("definition") { Description = "The job definition: a JSON file, or - for standard input." };

    public DeploymentReviseCommand(Terminal terminal)
        : base(terminal, "revise", "Makes a new revision of a deployment and has its jobs run it.")
    {
        Add(_definition);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(NosanaClient client, DeploymentHandle deployment, ParseResult parsed, CancellationToken cancellation)
    {
        var definition = await DefinitionSource.ReadAsync(Terminal, parsed.GetRequiredValue(_definition), cancellation);
        var number = await deployment.CreateRevisionAsync(JobDefinitionParser.Parse(definition.GetRawText()).OrThrow(), cancellation);
        return await DoneAsync(deployment, parsed, $"Revision {number} is the active one.", cancellation);
    }
}
