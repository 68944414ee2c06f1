using System.CommandLine;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

internal sealed class JobExtendCommand : NetworkCommand
{
    private readonly Argument<JobAddress> _job = Parsed.Argument<JobAddress>("job", "The job's address.");
    private readonly Argument<TimeSpan> _by = Durations.Argument("by", "By how much: 90s, 60m, 2h. A bare number is minutes.");

    public JobExtendCommand(Terminal terminal)
        : base(terminal, "extend", "Lets a job run longer.")
    {
        Add(_job);
        Add(_by);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation)
    {
        var by = parsed.GetRequiredValue(_by);
        var extended = await client.Jobs.ExtendAsync(parsed.GetRequiredValue(_job), by, cancellation);
        Terminal.Say($"Extended by {Durations.Format(by)}{(extended.Credits is { } credits ? $"; reserved {credits.CostUsd} more" : "")}.");
        if (WantsJson(parsed))
            Terminal.PrintJson(extended.Json);
        else
            Terminal.Draw(Drawings.Card(("job", extended.Job), ("timeout", extended.Timeout), ("expires", extended.ExpiresAt)));
        return ExitCodes.Ok;
    }
}
