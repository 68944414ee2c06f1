using System.CommandLine;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

internal sealed class JobStopCommand : NetworkCommand
{
    private readonly Argument<JobAddress> _job = Parsed.Argument<JobAddress>("job", "The job's address.");

    public JobStopCommand(Terminal terminal)
        : base(terminal, "stop", "Stops a job.")
    {
        Add(_job);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation)
    {
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
