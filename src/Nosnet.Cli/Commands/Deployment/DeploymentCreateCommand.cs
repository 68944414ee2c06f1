using System.CommandLine;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

internal sealed class DeploymentCreateCommand : NetworkCommand
{
    private readonly Argument<string> _name = new("name") { Description = "Its name." };

    private readonly Argument<string[]> _what = new("definition")
    {
        Description = "The job definition: a JSON file, or - for standard input. With --image, the command to run, after --.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> _image = new("--image") { Description = "Run a command in this image instead: --image busybox -- echo hi", HelpName = "image" };
    private readonly Option<string?> _market = new("--market") { Description = "The market, by address or short name. [default: the network's only one]", HelpName = "market" };
    private readonly Option<DeploymentStrategy> _strategy = DeploymentOptions.Strategy();
    private readonly Option<int> _replicas = new("--replicas") { Description = "How many jobs.", HelpName = "count", DefaultValueFactory = _ => 1 };
    private readonly Option<TimeSpan?> _timeout = Durations.Option("--timeout", "The timeout of each job: 90m, 2h. A bare number is minutes. [default: 1h]");
    private readonly Option<string?> _schedule = new("--schedule") { Description = "When jobs are posted, for scheduled: a cron schedule of five fields.", HelpName = "cron" };
    private readonly Option<string?> _zone = new("--time-zone") { Description = "The schedule's time zone, such as Europe/Berlin. [default: UTC]", HelpName = "zone" };
    private readonly Option<TimeSpan?> _rotation = Durations.Option("--rotation", "For infinite: how long before a job's time is up its replacement is posted. [default: 20m]");
    private readonly Option<TimeSpan?> _startup = Durations.Option("--startup-timeout", "For infinite with exposed ports: how long a job may take until they answer.");
    private readonly Option<bool> _confidential = new("--confidential") { Description = "Keep definitions and results off IPFS." };
    private readonly Option<bool> _start = new("--start") { Description = "Start it at once." };
    private readonly Option<Credits?> _budget = new("--budget") { Description = "The most that its jobs may cost in all, in USD.", HelpName = "credits", CustomParser = Parsed.Amount };
    private readonly Option<int?> _maxJobs = new("--max-jobs") { Description = "The most jobs that it may post in all.", HelpName = "count" };
    private readonly Option<AccountAddress?> _vault = Parsed.Option<AccountAddress>("--vault", "The vault that pays. [default: the account's balance]", "address");

    public DeploymentCreateCommand(Terminal terminal)
        : base(terminal, "create", "Makes a deployment: jobs of one definition that are kept by a strategy.")
    {
        Add(_name);
        Add(_what);
        foreach (var option in (Option[])[_image, _market, _strategy, _replicas, _timeout, _schedule, _zone, _rotation, _startup, _confidential, _start, _budget, _maxJobs, _vault])
            Add(option);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(NosanaClient client, ParseResult parsed, CancellationToken cancellation)
    {
        var strategy = parsed.GetValue(_strategy);
        // The network would pass over what does not concern the strategy.
        if (strategy is not DeploymentStrategy.Scheduled && (parsed.GetValue(_schedule) ?? parsed.GetValue(_zone)) is not null)
            throw new UsageException("--schedule and --time-zone go with --strategy scheduled.");
        if (strategy is not DeploymentStrategy.Infinite && (parsed.GetValue(_rotation) ?? parsed.GetValue(_startup)) is not null)
            throw new UsageException("--rotation and --startup-timeout go with --strategy infinite.");
        var definition = await DefinitionSource.ReadAsync(Terminal, parsed, _what, _image, cancellation);
        var market = await MarketChoice.MakeAsync(client, parsed.GetValue(_market), cancellation);
        var made = await client.Deployments.CreateAsync(
            new CreateDeployment(parsed.GetRequiredValue(_name), market, JobDefinitionParser.Parse(definition.GetRawText()).OrThrow())
            {
                Strategy = strategy,
                Replicas = parsed.GetValue(_replicas),
                Timeout = parsed.GetValue(_timeout) ?? TimeSpan.FromHours(1),
                Schedule = parsed.GetValue(_schedule),
                TimeZone = parsed.GetValue(_zone),
                RotationTime = parsed.GetValue(_rotation),
                StartupTimeout = parsed.GetValue(_startup),
                Confidential = parsed.GetValue(_confidential),
                Autostart = parsed.GetValue(_start),
                Budget = parsed.GetValue(_budget),
                MaxJobs = parsed.GetValue(_maxJobs),
                Vault = parsed.GetValue(_vault),
            },
            cancellation);
        Terminal.Say(DeploymentCard.Made(made));
        if (WantsJson(parsed))
            Terminal.PrintJson(made.Json);
        else
            Terminal.Print(made.Address.ToString());
        return ExitCodes.Ok;
    }
}
