using System.CommandLine;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

internal sealed class JobRestartCommand : NetworkCommand
{
    private readonly Argument<JobAddress> _job = Parsed.Argument<JobAddress>("job", "The job's address.");
    private readonly OperationChoice _choice = new("Restart");

    public JobRestartCommand(Terminal terminal)
        : base(terminal, "restart", "Stops an operation of a job, or a group, and starts it again.")
    {
        Add(_job);
        _choice.AddTo(this);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation)
    {
        var operations = client.Jobs.Handle(parsed.GetRequiredValue(_job)).Operations;
        var after = await _choice.DoAsync(parsed, operation => operations.RestartAsync(operation, cancellation), group => operations.RestartGroupAsync(group, cancellation))
            ?? throw new UsageException("Name what to restart: an operation (--op) or a group (--group). 'nosnet job ops' lists them.");
        Terminal.Say("Its node restarts it.");
        OperationChoice.Print(Terminal, after, WantsJson(parsed));
        return ExitCodes.Ok;
    }
}
