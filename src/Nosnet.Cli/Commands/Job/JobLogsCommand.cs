using System.CommandLine;
using System.Text.Json;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

internal sealed class JobLogsCommand : NetworkCommand
{
    private readonly Argument<JobAddress> _job = Parsed.Argument<JobAddress>("job", "The job's address.");
    private readonly Option<LogPosition?> _from = Parsed.Option<LogPosition>("--from", "Begin after this line, epoch.number, as --json names it.", "position");

    private readonly Option<string[]> _operations = new("--op") { Description = "Only lines of this operation; may be repeated.", HelpName = "id" };
    private readonly Option<LogKind[]> _kinds = new("--type") { Description = "Only lines of this kind: stdout, stderr, info, error, progress; may be repeated.", HelpName = "kind" };
    private readonly Option<TimeSpan?> _since = Durations.Option("--since", "Only lines that are no older: 90s, 60m, 2h.");

    public JobLogsCommand(Terminal terminal)
        : base(terminal, "logs", "Prints a job's log, live until the job has ended. With --json, an entry a line.")
    {
        Add(_job);
        Add(_from);
        Add(_operations);
        Add(_kinds);
        Add(_since);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation)
    {
        var only = new LogSelection
        {
            Operations = parsed.GetValue(_operations) ?? [],
            Kinds = parsed.GetValue(_kinds) ?? [],
            Since = TimeProvider.System.GetUtcNow() - parsed.GetValue(_since),
        };
        var updates = client.Jobs.FollowAsync(parsed.GetRequiredValue(_job), parsed.GetValue(_from), only, cancellation);
        var ended = WantsJson(parsed) ? await PrintAsync(updates) : await new JobWatch(Terminal, Terminal.Out).FollowAsync(updates);
        JobSummary.Say(Terminal, ended);
        return ExitCodes.Ok;
    }

    private async Task<Job> PrintAsync(IAsyncEnumerable<JobUpdate> updates)
    {
        await foreach (var update in updates)
        {
            if (update is JobEnded end)
                return end.Job;
            if (update is JobLogged { Entry: var entry, Position: var position })
                Terminal.PrintJsonLine(json => Write(json, entry, position));
        }
        throw new NosanaException("The network stopped telling of the job before it ended.");
    }

    private static void Write(Utf8JsonWriter json, LogEntry entry, LogPosition position)
    {
        json.WriteStartObject();
        json.WriteString("position", position.ToString());
        foreach (var property in JsonSerializer.SerializeToElement(entry, ProtocolJson.Default.LogEntry).EnumerateObject())
            property.WriteTo(json);
        json.WriteEndObject();
    }
}
