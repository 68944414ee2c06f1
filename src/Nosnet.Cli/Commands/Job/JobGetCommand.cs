using System.CommandLine;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

internal sealed class JobGetCommand : NetworkCommand
{
    private readonly Argument<JobAddress> _job = Parsed.Argument<JobAddress>("job", "The job's address.");

    public JobGetCommand(Terminal terminal)
        : base(terminal, "get", "Shows a job.")
    {
        Add(_job);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation)
    {
        var job = await client.Jobs.GetAsync(parsed.GetRequiredValue(_job), cancellation);
        if (WantsJson(parsed))
            Terminal.PrintJson(job.Json);
        else
            Terminal.Draw(Card(job, await MarketName.OfAsync(client, job.Market?.ToString(), cancellation)));
        return ExitCodes.Ok;
    }

    private static Spectre.Console.Grid Card(Job job, string? market) => Drawings.Card(
    [
        ("job", job.Address),
        ("state", job.Status),
        ("reason", JobSummary.Words(job.EndReason)),
        ("stopping", job.StopRequested && !job.HasEnded ? "as its owner asked" : null),
        ("queue", job.Queue is { } queue ? $"{queue.Position} of {queue.Length}, {queue.FreeNodes} nodes free{(queue.Note is { } note ? $"; {note}" : "")}" : null),
        ("definition", job.DefinitionCid),
        ("result", job.ResultCid),
        ("market", market),
        ("node", job.Node),
        ("timeout", job.Timeout),
        ("posted", job.PostedAt),
        ("started", job.StartedAt),
        ("ended", job.EndedAt),
        ("expires", job.HasEnded ? null : job.ExpiresAt),
        ("price per hour", job.PricePerHour),
        ("cost", job.Cost),
        ("reserved", job.Reserved),
        .. job.Endpoints.Select(e => ($"{e.OpId}:{e.Port}", (object?)e.Url)),
    ]);
}
