using System.CommandLine;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

internal sealed class JobStopCommand : NetworkCommand
{
    private readonly Argument<JobAddress> _job = Parsed.Argument<JobAddress>("job", "The job's address.");
    private readonly OperationChoice _choice = new("Stop");

    public JobStopCommand(Terminal terminal)
        : base(terminal, "stop", "Stops a job, or a part of it.")
    {
        Add(_job);
        _choice.AddTo(this);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation)
    {
        var operations = client.Jobs.Handle(parsed.GetRequiredValue(_job)).Operations;
        if (await _choice.DoAsync(parsed, operation => operations.StopAsync(operation, cancellation), group => operations.StopGroupAsync(group, cancellation)) is { } after)
        {
            Terminal.Say("Its node stops it; the job goes on.");
            OperationChoice.Print(Terminal, after, WantsJson(parsed));
            return ExitCodes.Ok;
        }
        var stopped = await client.Jobs.StopAsync(parsed.GetRequiredValue(_job), cancellation);
        Terminal.Say(stopped switch
        {
            { HadEnded: true } => "It had ended before; nothing was done.",
            { Delisted: true } => "Stopped while it waited; it cost nothing.",
            _ => "Its node was told to stop it.",
        });
        if (WantsJson(parsed))
            Terminal.PrintJson(stopped.Json);
        else
            Terminal.Draw(Drawings.Card(("job", stopped.Job), ("state", stopped.Status)));
        return ExitCodes.Ok;
    }
}
