using System.CommandLine;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

internal sealed class DeploymentListCommand : NetworkCommand
{
    private readonly Option<string?> _search = new("--search") { Description = "Only those whose name or address holds this text.", HelpName = "text" };
    private readonly Option<DeploymentStatus[]> _states = new("--state")
    {
        Description = "Only those in these states: draft, starting, running, stopping, stopped, insufficient-funds, error, archived.",
        HelpName = "states",
        AllowMultipleArgumentsPerToken = true,
        CustomParser = States,
    };

    private readonly Option<int> _limit = new("--limit") { Description = "How many at most.", HelpName = "count", DefaultValueFactory = _ => 20 };

    public DeploymentListCommand(Terminal terminal)
        : base(terminal, "list", "Lists your deployments, newest first.")
    {
        Add(_search);
        Add(_states);
        Add(_limit);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation)
    {
        var limit = parsed.GetValue(_limit);
        if (limit < 1)
            throw new UsageException("--limit is 1 or more.");
        var filter = new DeploymentFilter { Search = parsed.GetValue(_search), Statuses = parsed.GetValue(_states) ?? [], PageSize = limit <= 10 ? 10 : limit <= 20 ? 20 : 50 };
        var deployments = await client.Deployments.ListAsync(filter).Take(limit).ToListAsync(cancellation);
        return PrintList(
            parsed, deployments, one => one.Json, ["DEPLOYMENT", "NAME", "STATE", "STRATEGY", "RUNNING", "REPLICAS", "REVISION", "CREATED"],
            one => [one.Address, one.Name, DeploymentOptions.Word(one.Status), DeploymentOptions.Word(one.Strategy), one.ActiveJobs, one.Replicas, one.ActiveRevision, one.CreatedAt]);
    }

    private static DeploymentStatus[] States(System.CommandLine.Parsing.ArgumentResult result)
    {
        var states = new List<DeploymentStatus>();
        foreach (var word in result.Tokens.SelectMany(t => t.Value.Split(',', StringSplitOptions.RemoveEmptyEntries)))
        {
            if (DeploymentOptions.TryWord<DeploymentStatus>(word, out var state))
                states.Add(state);
            else
                result.AddError($"'{word}' is no state; they are draft, starting, running, stopping, stopped, insufficient-funds, error and archived.");
        }
        return [.. states];
    }
}
