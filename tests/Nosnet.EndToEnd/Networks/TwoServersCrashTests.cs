using Nosnet.Client;
using Nosnet.Node;
using Nosnet.Protocol;
using Nosnet.Storage.Tests;

namespace Nosnet.EndToEnd;

/// <summary>Two server processes over one PostgreSQL, a node at each, and either server killed again and again.</summary>
public sealed class TwoServersCrashTests(EngineFixture engine, PostgresCluster cluster) : IAsyncDisposable
{
    private const int Kills = 4;
    private const string ReadyLine = "nosnet is ready at ";

    private readonly string _directory = Directory.CreateTempSubdirectory("nosnet-").FullName;
    private readonly List<NosnetProcess> _processes = [];
    private readonly List<NodeAddress> _nodes = [];

    [Fact]
    public async Task However_often_either_server_is_killed_every_job_ends_once_and_no_credit_is_lost()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var environment = new Dictionary<string, string>
        {
            ["NOSNET_STORE"] = await cluster.NewDatabaseAsync(),
            ["NOSNET_SECRET"] = new string('5', 64),
            ["NOSNET_OPERATOR_KEY"] = LiveNetwork.ApiKey,
            ["NOSANA_API_KEY"] = LiveNetwork.ApiKey,
            ["DOCKER_HOST"] = engine.DockerHost,
        };
        var servers = new Server[2];
        for (var i = 0; i < servers.Length; i++)
        {
            servers[i] = await StartServerAsync("http://127.0.0.1:0", i, environment);
            await StartNodeAsync(servers[i].Url, i, environment);
        }

        using var one = NewClient(servers[0].Url);
        using var other = NewClient(servers[1].Url);
        NosanaClient[] clients = [one, other];
        var definition = await one.Ipfs.AddAsync(new JobDefinition { Ops = [new ContainerRun("job") { Image = "busybox", Cmd = "echo hi; sleep 1" }] }, cancellation);
        var before = await one.Credits.BalanceAsync(cancellation);
        var posted = new List<JobAddress>();
        for (var kill = 0; kill < Kills; kill++)
        {
            var (victim, survivor) = (kill % 2, 1 - kill % 2);
            posted.Add(await PostAsync(clients[victim]));
            var dying = servers[victim].Process.KillAsync();
            // Asked at once, the survivor waits until somebody carries commands out, or says to ask again.
            posted.Add(await PostAsync(clients[survivor]));
            await dying;
            servers[victim] = await StartServerAsync(servers[victim].Url, victim, environment);
        }

        var costs = Credits.Zero;
        foreach (var address in posted)
        {
            var ended = await LiveNetwork.UntilAsync(one.Jobs.Handle(address), j => j.HasEnded);
            ended.Status.ShouldBe(JobStatus.Completed);
            (await other.Jobs.EventsAsync(address, cancellation)).Count(e => e.Type == "JobEnded").ShouldBe(1);
        }

        var all = 0;
        await foreach (var job in other.Jobs.ListAsync().WithCancellation(cancellation))
        {
            // Those whose answer was lost with a server are there as well, and have ended too.
            var ended = await LiveNetwork.UntilAsync(one.Jobs.Handle(job.Address), j => j.HasEnded);
            costs += ended.Cost!.Value;
            all++;
        }

        posted.Distinct().Count().ShouldBe(2 * Kills);
        all.ShouldBeGreaterThanOrEqualTo(posted.Count);
        var after = await other.Credits.BalanceAsync(cancellation);
        after.AssignedCredits.ShouldBe(before.AssignedCredits);
        after.ReservedCredits.ShouldBe(Credits.Zero);
        after.SettledCredits.ShouldBe(costs);

        async Task<JobAddress> PostAsync(NosanaClient client)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
            while (true)
            {
                try
                {
                    return (await client.Jobs.PostAsync(new PostJob(definition, MarketAddress.Parse(LiveNetwork.GuideMarket)) { Timeout = TimeSpan.FromMinutes(5) }, limit.Token)).Address;
                }
                catch (NosanaException refused) when (refused.Status is 503)
                {
                    // Whether it was done is not known: then there may be one job more than was asked for, but never one that is lost.
                    await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, limit.Token);
                }
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Enumerable.Reverse(_processes))
            await process.DisposeAsync();
        foreach (var node in _nodes)
            foreach (var kind in (EngineObjectKind[])[EngineObjectKind.Container, EngineObjectKind.Network, EngineObjectKind.Volume])
                foreach (var left in await engine.Engine.ListAsync(kind, Labels.Of(node), CancellationToken.None))
                    await engine.Engine.RemoveAsync(kind, left.Id, CancellationToken.None);
        Directory.Delete(_directory, recursive: true);
    }

    private static NosanaClient NewClient(string url) => new(new() { ApiKey = LiveNetwork.ApiKey, BaseUrl = new Uri(url) });

    private async Task<Server> StartServerAsync(string url, int number, Dictionary<string, string> environment)
    {
        var process = NosnetProcess.Start(["serve", "--url", url, "--data", Path.Combine(_directory, $"server{number}")], environment);
        _processes.Add(process);
        var line = await process.LineAsync(ReadyLine);
        return new Server(process, line[(line.IndexOf(ReadyLine, StringComparison.Ordinal) + ReadyLine.Length)..].Trim());
    }

    private async Task StartNodeAsync(string url, int number, Dictionary<string, string> environment)
    {
        var node = NosnetProcess.Start(
            ["node", "start", "--url", url, "--data", Path.Combine(_directory, $"node{number}"), "--name", $"node{number}", "--market", "default", "--slots", "4"], environment);
        _processes.Add(node);
        _nodes.Add(NodeAddress.Parse((await node.LineAsync("waits for jobs")).Split(' ')[2]));
    }

    private sealed record Server(NosnetProcess Process, string Url);
}
