using System.CommandLine;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

internal sealed class JobOpsCommand : NetworkCommand
{
    private readonly Argument<JobAddress> _job = Parsed.Argument<JobAddress>("job", "The job's address.");

    public JobOpsCommand(Terminal terminal)
        : base(terminal, "ops", "Lists a job's operations and how each stands.")
    {
        Add(_job);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation)
    {
        var operations = await client.Jobs.Handle(parsed.GetRequiredValue(_job)).Operations.ListAsync(cancellation);
        OperationChoice.Print(Terminal, operations, WantsJson(parsed));
        return ExitCodes.Ok;
    }
}
