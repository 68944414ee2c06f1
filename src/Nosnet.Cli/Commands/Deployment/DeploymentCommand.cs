using System.CommandLine;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

/// <summary>A command about one deployment, named by its address or its name.</summary>
internal abstract class DeploymentCommand : NetworkCommand
{
    private readonly Argument<string> _deployment = new("deployment") { Description = "The deployment, by its address or its name." };

    protected DeploymentCommand(Terminal terminal, string name, string description)
        : base(terminal, name, description) =>
        Add(_deployment);

    protected override async Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation) =>
        await RunAsync(client, await FindAsync(client, parsed.GetRequiredValue(_deployment), cancellation), parsed, cancellation);

    protected abstract Task<int> RunAsync(NosanaClient client, DeploymentHandle deployment, ParseResult parsed, CancellationToken cancellation);

    /// <summary>Says what was done, and prints how it stands where data is for programs.</summary>
    protected async Task<int> DoneAsync(DeploymentHandle deployment, ParseResult parsed, string sentence, CancellationToken cancellation)
    {
        Terminal.Say(sentence);
        if (WantsJson(parsed))
            Terminal.PrintJson((await deployment.GetAsync(cancellation)).Json);
        return ExitCodes.Ok;
    }

    private static async Task<DeploymentHandle> FindAsync(NosanaClient client, string named, CancellationToken cancellation)
    {
        if (DeploymentAddress.TryParse(named, out var address))
            return client.Deployments.Handle(address);
        var found = await client.Deployments.ListAsync(new DeploymentFilter { Name = named }).Take(2).ToListAsync(cancellation);
        return found switch
        {
            [var only] => client.Deployments.Handle(only.Address),
            [] => throw new UsageException($"There is no deployment '{named}' on your account; nosnet deployment list shows yours."),
            _ => throw new UsageException($"Several deployments are named '{named}'. Give the address of one; nosnet deployment list shows them."),
        };
    }
}
