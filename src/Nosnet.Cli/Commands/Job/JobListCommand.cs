using System.CommandLine;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

internal sealed class JobListCommand : NetworkCommand
{
    private readonly Option<JobStatus[]> _states = new("--state")
    {
        Description = "Only jobs in these states: pending, running, completed, failed, stopped.",
        HelpName = "states",
        AllowMultipleArgumentsPerToken = true,
        CustomParser = States,
    };

    private readonly Option<string?> _market = new("--market") { Description = "Only jobs of this market.", HelpName = "market" };
    private readonly Option<int> _limit = new("--limit") { Description = "How many at most.", HelpName = "count", DefaultValueFactory = _ => 20 };

    public JobListCommand(Terminal terminal)
        : base(terminal, "list", "Lists your jobs, newest first.")
    {
        Add(_states);
        Add(_market);
        Add(_limit);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation)
    {
        var limit = parsed.GetValue(_limit);
        if (limit < 1)
            throw new UsageException("--limit is 1 or more.");
        var filter = new JobFilter
        {
            Statuses = parsed.GetValue(_states) ?? [],
            Market = parsed.GetValue(_market) is { Length: > 0 } market ? new MarketId(market) : (MarketId?)null,
            PageSize = Math.Min(limit, 100),
        };
        var jobs = await client.Jobs.ListAsync(filter).Take(limit).ToListAsync(cancellation);
        return PrintList(
            parsed, jobs, job => job.Json, ["JOB", "STATE", "REASON", "POSTED", "RAN", "COST", "NODE"],
            job => [job.Address, job.Status, JobSummary.Words(job.EndReason), job.PostedAt, job is { StartedAt: { } start, EndedAt: { } end } ? end - start : null, job.Cost, job.Node]);
    }

    private static JobStatus[] States(System.CommandLine.Parsing.ArgumentResult result)
    {
        var states = new List<JobStatus>();
        foreach (var word in result.Tokens.SelectMany(t => t.Value.Split(',', StringSplitOptions.RemoveEmptyEntries)))
        {
            if (char.IsAsciiLetter(word[0]) && Enum.TryParse<JobStatus>(word, ignoreCase: true, out var state))
                states.Add(state);
            else
                result.AddError($"'{word}' is no state; the states are pending, running, completed, failed and stopped.");
        }
        return [.. states];
    }
}
