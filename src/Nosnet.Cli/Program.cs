using System.CommandLine;

namespace Nosnet.Cli;

internal static class Program
{
    private static Task<int> Main(string[] args) => RunAsync(args, Terminal.OfProcess());

    /// <summary>Runs one command line and gives its exit code, see <see cref="ExitCodes"/>.</summary>
    internal static Task<int> RunAsync(string[] args, Terminal terminal) => CommandLine.RunAsync(Commands(terminal), args, terminal);

    private static RootCommand Commands(Terminal terminal) => new("Runs container jobs on a network of machines, and the network itself.")
    {
        new DemoCommand(terminal),
        new ServeCommand(terminal),
        new Command("node", "Nodes: machines that run jobs.")
        {
            new NodeStartCommand(terminal),
            new NodeListCommand(terminal),
            new NodeGetCommand(terminal),
            new NodeDrainCommand(terminal),
            new NodeResumeCommand(terminal),
        },
        new Command("job", "Jobs: post, look at, follow, extend, stop.")
        {
            new JobPostCommand(terminal),
            new JobGetCommand(terminal),
            new JobListCommand(terminal),
            new JobExtendCommand(terminal),
            new JobStopCommand(terminal),
            new JobOpsCommand(terminal),
            new JobStatsCommand(terminal),
            new JobRestartCommand(terminal),
            new JobLogsCommand(terminal),
            new JobResultCommand(terminal),
        },
        new Command("deployment", "Deployments: jobs that are kept by a strategy.")
        {
            new DeploymentCreateCommand(terminal),
            new DeploymentApplyCommand(terminal),
            new DeploymentListCommand(terminal),
            new DeploymentGetCommand(terminal),
            DeploymentActionCommand.Start(terminal),
            DeploymentActionCommand.Stop(terminal),
            new DeploymentScaleCommand(terminal),
            new DeploymentUpdateCommand(terminal),
            new DeploymentReviseCommand(terminal),
            new DeploymentRollbackCommand(terminal),
            new DeploymentDuplicateCommand(terminal),
            new DeploymentLogsCommand(terminal),
            DeploymentParts.Jobs(terminal),
            DeploymentParts.Events(terminal),
            DeploymentParts.Tasks(terminal),
            DeploymentParts.Revisions(terminal),
            DeploymentActionCommand.Archive(terminal),
            DeploymentActionCommand.Delete(terminal),
        },
        new Command("vault", "Vaults: credits that are kept apart, to pay for certain deployments.")
        {
            Lists.Vaults(terminal),
            new VaultCreateCommand(terminal),
            VaultMoveCommand.TopUp(terminal),
            VaultMoveCommand.Withdraw(terminal),
        },
        new Command("ipfs", "Files on IPFS.")
        {
            new IpfsAddCommand(terminal),
            new IpfsGetCommand(terminal),
        },
        new CreditsCommand(terminal)
        {
            new CreditsGrantCommand(terminal),
            new CreditsLimitsCommand(terminal),
            new CreditsCapCommand(terminal),
        },
        new EventsCommand(terminal),
        new Command("receipts", "Receipts: what the network signed of each change, and its whole chain.")
        {
            new ReceiptsGetCommand(terminal),
            new ReceiptsVerifyCommand(terminal),
            new ReceiptsExportCommand(terminal),
        },
        new Command("market", "Markets: where jobs are posted.")
        {
            Lists.Markets(terminal),
            new MarketCreateCommand(terminal),
            new MarketUpdateCommand(terminal),
            MarketActionCommand.Close(terminal),
            MarketActionCommand.Reopen(terminal),
        },
        new Command("account", "Accounts: who posts jobs, and who earns by running them.")
        {
            Lists.Accounts(terminal),
        },
        new Command("key", "API keys.")
        {
            new KeyCreateCommand(terminal),
            Lists.Keys(terminal),
            new KeyCapCommand(terminal),
            DeleteCommand.OfKeys(terminal),
        },
        new Command("webhook", "Webhooks: URLs that the network tells of ended jobs and a low balance.")
        {
            new WebhookCreateCommand(terminal),
            Lists.Webhooks(terminal),
            DeleteCommand.OfWebhooks(terminal),
            new WebhookLogCommand(terminal),
        },
        new Command("secret", "Secrets that jobs name, and only their nodes get.")
        {
            new SecretSetCommand(terminal),
            Lists.Secrets(terminal),
            DeleteCommand.OfSecrets(terminal),
        },
    };
}
