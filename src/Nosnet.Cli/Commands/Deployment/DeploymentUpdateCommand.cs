using System.CommandLine;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

internal sealed class DeploymentUpdateCommand : DeploymentCommand
{
    private readonly Option<string?> _name = new("--name") { Description = "Its name.", HelpName = "name" };
    private readonly Option<string?> _market = new("--market") { Description = "The market, by address or short name: jobs elsewhere are stopped.", HelpName = "market" };
    private readonly Option<TimeSpan?> _timeout = Durations.Option("--timeout", "The timeout of each job.");
    private readonly Option<string?> _schedule = new("--schedule") { Description = "A cron schedule of five fields.", HelpName = "cron" };
    private readonly Option<string?> _zone = new("--time-zone") { Description = "The time zone of --schedule. [default: as it is]", HelpName = "zone" };
    private readonly Option<TimeSpan?> _startup = Durations.Option("--startup-timeout", "How long a job may take until its ports answer.");
    private readonly Option<Credits?> _budget = new("--budget") { Description = "The most that its jobs may cost in all, in USD.", HelpName = "credits", CustomParser = Parsed.Amount };
    private readonly Option<int?> _maxJobs = new("--max-jobs") { Description = "The most jobs that it may post in all.", HelpName = "count" };
    private readonly Option<bool> _unlimited = new("--no-limits") { Description = "Take its budget and its maximum of jobs away." };

    public DeploymentUpdateCommand(Terminal terminal)
        : base(terminal, "update", "Changes a deployment, running or not.")
    {
        foreach (var option in (Option[])[_name, _market, _timeout, _schedule, _zone, _startup, _budget, _maxJobs, _unlimited])
            Add(option);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(NosanaClient client, DeploymentHandle deployment, ParseResult parsed, CancellationToken cancellation)
    {
        var (budget, maxJobs, unlimited) = (parsed.GetValue(_budget), parsed.GetValue(_maxJobs), parsed.GetValue(_unlimited));
        if (unlimited && (budget is not null || maxJobs is not null))
            throw new UsageException("Give --no-limits, or --budget and --max-jobs, not both.");
        if (parsed.GetValue(_zone) is not null && parsed.GetValue(_schedule) is null)
            throw new UsageException("--time-zone goes with --schedule.");

        var changes = new List<Func<Task>>();
        if (parsed.GetValue(_name) is { } name)
            changes.Add(() => deployment.RenameAsync(name, cancellation));
        if (parsed.GetValue(_market) is { } market)
            changes.Add(() => deployment.SetMarketAsync(market, cancellation));
        if (parsed.GetValue(_timeout) is { } timeout)
            changes.Add(() => deployment.SetTimeoutAsync(timeout, cancellation));
        if (parsed.GetValue(_schedule) is { } schedule)
            changes.Add(() => deployment.SetScheduleAsync(schedule, parsed.GetValue(_zone), cancellation));
        if (parsed.GetValue(_startup) is { } startup)
            changes.Add(() => deployment.SetStartupTimeoutAsync(startup, cancellation));
        if (unlimited || budget is not null || maxJobs is not null)
            changes.Add(() => LimitAsync(deployment, budget, maxJobs, unlimited, cancellation));
        if (changes.Count == 0)
            throw new UsageException("What is to change? Give one of --name, --market, --timeout, --schedule, --startup-timeout, --budget, --max-jobs and --no-limits.");
        foreach (var change in changes)
            await change();
        return await DoneAsync(deployment, parsed, "Changed.", cancellation);
    }

    /// <summary>A limit that is not named stays.</summary>
    private static async Task LimitAsync(DeploymentHandle deployment, Credits? budget, int? maxJobs, bool unlimited, CancellationToken cancellation)
    {
        var before = unlimited ? null : await deployment.GetAsync(cancellation);
        await deployment.SetLimitsAsync(budget ?? before?.Budget, maxJobs ?? before?.MaxJobs, cancellation);
    }
}
