using System.CommandLine;
using System.Text.Json;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

internal sealed class JobResultCommand : NetworkCommand
{
    private readonly Argument<JobAddress> _job = Parsed.Argument<JobAddress>("job", "The job's address.");

    public JobResultCommand(Terminal terminal)
        : base(terminal, "result", "Shows what came of a job: each operation's end. With --json, the whole document, logs included.")
    {
        Add(_job);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation)
    {
        var result = await client.Jobs.ResultAsync(parsed.GetRequiredValue(_job), cancellation);
        if (WantsJson(parsed))
        {
            Terminal.PrintJson(JsonElement.Parse(result.ToUtf8Bytes()));
            return ExitCodes.Ok;
        }
        var list = Drawings.List("OPERATION", "STATE", "EXIT CODE", "RAN", "LINES", "ERRORS");
        foreach (var operation in result.Operations)
        {
            list.Row(
                operation.OperationId,
                operation.Status,
                operation.ExitCode,
                operation is { StartTime: { } start, EndTime: { } end } ? end - start : null,
                operation.Logs.Count,
                string.Join(' ', operation.Errors.Select(e => e.Message)));
        }
        Terminal.Draw(list);
        return ExitCodes.Ok;
    }
}
