using System.CommandLine;
using Nosnet.Client;
using Nosnet.Node;
using Nosnet.Protocol;
using Nosnet.Server;

namespace Nosnet.Cli;

/// <summary>Shows everything at once: a network on this machine, a node, and a first job from its definition to its bill.</summary>
internal sealed class DemoCommand : Command
{
    private const string PreferredUrl = "http://127.0.0.1:8080";
    private const string AnyPort = "http://127.0.0.1:0";
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(10);

    private readonly Terminal _terminal;
    private readonly Option<bool> _exit = new("--exit") { Description = "End after the job, with its outcome." };

    public DemoCommand(Terminal terminal)
        : base("demo", "Starts a network on this machine and runs a first job on it.")
    {
        _terminal = terminal;
        Add(_exit);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var story = new DemoStory(_terminal);
        var directory = Directory.CreateTempSubdirectory("nosnet-demo-").FullName;
        try
        {
            await using var engine = await EngineChoice.FindAsync(directory, _terminal, ServiceLog.OfTrouble(_terminal), install: true, runtime: null, cancellation);
            await new SampleImage(engine.Engine, TimeProvider.System).EnsureAsync(story.Aside, cancellation);
            story.Tell("engine", engine.Description);
            await using var server = await StartServerAsync(directory, cancellation);
            story.Tell("server", server.Url);

            using var client = new NosanaClient(new NosanaClientOptions { BaseUrl = new Uri(server.Url), ApiKey = server.OperatorKey });
            var job = await PostAsync(client, story, cancellation);
            var watching = story.FollowAsync(job, cancellation);
            // The node comes after the job, so that one sees the job wait and be taken.
            await Task.WhenAny(story.Begun, watching);
            await using var node = await NodeBeside.StartAsync(server, directory, engine, new MachineSettings(), takesRunsWithIt: true, ServiceLog.OfTrouble(_terminal), cancellation);
            var ended = await watching;

            if (parsed.GetValue(_exit))
                return ExitCodes.Of(ended);
            story.Invite(server.Url, server.OperatorKey!);
            await await Task.WhenAny(server.RunAsync(cancellation), node.RunAsync(cancellation));
            return ExitCodes.Of(ended);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<PostedJob> PostAsync(NosanaClient client, DemoStory story, CancellationToken cancellation)
    {
        var definition = new JobDefinition
        {
            Ops = [new ContainerRun("hello") { Image = SampleImage.Name, Cmd = "echo \"Hello from a container of Nosnet, on $(uname -sr).\"" }],
        };
        var cid = await client.Ipfs.AddAsync(definition, cancellation);
        story.Tell("pinned", $"the job definition as {cid}");
        var market = (await client.Markets.ListAsync(cancellation))[0];
        var job = await client.Jobs.PostAsync(new PostJob(cid, market.Address) { Timeout = Timeout }, cancellation);
        story.Tell("job", $"{job.Address}, posted to the market {market.Slug}; {job.Credits?.CostUsd} reserved for {Durations.Format(Timeout)}");
        return job;
    }

    private async Task<NosnetServer> StartServerAsync(string directory, CancellationToken cancellation)
    {
        var options = new ServerOptions { DataDirectory = Path.Combine(directory, "server"), Urls = [PreferredUrl], Logging = ServiceLog.OfTrouble(_terminal) };
        try
        {
            return await NosnetServer.StartAsync(options, cancellation);
        }
        catch (ServerSetupException)
        {
            // Something listens there already, perhaps a server of the user's own: any other port will do.
            return await NosnetServer.StartAsync(options with { Urls = [AnyPort] }, cancellation);
        }
    }
}
