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
        },
        new Command("job", "Jobs: post, look at, follow, extend, stop.")
        {
            new JobPostCommand(terminal),
            new JobGetCommand(terminal),
            new JobListCommand(terminal),
            new JobExtendCommand(terminal),
            new JobStopCommand(terminal),
            new JobLogsCommand(terminal),
            new JobResultCommand(terminal),
        },
        new Command("ipfs", "Files on IPFS.")
        {
            new IpfsAddCommand(terminal),
            new IpfsGetCommand(terminal),
        },
        new CreditsCommand(terminal)
        {
            new CreditsGrantCommand(terminal),
        },
        new Command("market", "Markets: where jobs are posted.")
        {
            new MarketListCommand(terminal),
            new MarketCreateCommand(terminal),
        },
        new Command("key", "API keys.")
        {
            new KeyCreateCommand(terminal),
        },
    };
}
