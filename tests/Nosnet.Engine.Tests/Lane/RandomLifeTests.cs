using CsCheck;
using Nosnet.Protocol;
using Nosnet.Storage.Tests;

namespace Nosnet.Engine.Tests;

/// <summary>Random lives of a network, with crashes: after every step what must always hold is checked against the store.</summary>
public sealed class RandomLifeTests(PostgresCluster cluster)
{
    [Fact]
    public async Task Whatever_happens_credits_are_conserved_and_no_job_waits_beside_a_free_node() =>
        await Gen.Int.SampleAsync(seed => LiveAsync(seed, database: null), iter: 20, threads: 1);

    [Fact]
    public async Task On_PostgreSQL_too() =>
        await Gen.Int.SampleAsync(async seed => await LiveAsync(seed, await cluster.NewDatabaseAsync()), iter: 3, threads: 1);

    private static async Task LiveAsync(int seed, string? database)
    {
        var random = new Random(seed);
        using var network = await TestNetwork.StartAsync(database);
        var life = new Life(network, random);
        for (var step = 0; step < 120; step++)
        {
            await life.StepAsync();
            await Invariants.CheckAsync(network);
        }
    }

    private sealed class Life(TestNetwork network, Random random)
    {
        private readonly List<Account> _accounts = [];
        private readonly List<Node> _nodes = [];
        private readonly List<Job> _jobs = [];

        public async Task StepAsync()
        {
            switch (random.Next(20))
            {
                case 0 or 1 when _accounts.Count < 4:
                    _accounts.Add(await network.NewAccountAsync(random.Next(0, 4) * 0.25m));
                    break;
                case 2 or 3 when _nodes.Count < 5:
                    _nodes.Add(await network.NewNodeAsync(random.Next(1, 3)));
                    break;
                case >= 4 and <= 8 when Pick(_accounts) is { } account:
                    var wanted = random.Next(4) == 0 ? Pick(_nodes)?.Address : null;
                    if ((await network.TryAsync(new PostJob(account.Key, TestNetwork.Market, TestNetwork.Definition, random.Next(-5, 4_000), wanted))).Value is { } posted)
                        _jobs.Add(posted.Job);
                    break;
                case 9 when Pick(_jobs) is { } job:
                    await network.TryAsync(new StopJob(new(job.Account), network.AddressOf(job)));
                    break;
                case 10 when Pick(_jobs) is { } job:
                    await network.TryAsync(new ExtendJob(new(job.Account), network.AddressOf(job), random.Next(0, 2_000)));
                    break;
                case >= 11 and <= 14 when Pick(_jobs) is { } job:
                    await SpeakAsync(await network.JobAsync(job));
                    break;
                case 15 when Pick(_nodes) is { } node:
                    await network.DoAsync(random.Next(2) == 0 ? new JoinMarket(node.Address, TestNetwork.Market, random.Next(1, 3)) : new LeaveMarket(node.Address) as Command<Node>);
                    break;
                case 16 or 17:
                    foreach (var node in _nodes.Where(_ => random.Next(5) > 0))
                        await network.HeartbeatAsync(node);
                    break;
                case 18:
                    await network.PassAsync(TimeSpan.FromSeconds(random.Next(1, 15)));
                    break;
                case 19 when random.Next(3) == 0:
                    network.Restart();
                    break;
            }
        }

        /// <summary>Some node says something of a run, which may long be stale.</summary>
        private async Task SpeakAsync(Job job)
        {
            if (job.Epoch == 0 || Pick(_nodes) is not { } someone)
                return;
            var node = _nodes.Find(n => n.Key == job.Node && random.Next(5) > 0) ?? someone;
            var epoch = random.Next(6) == 0 ? job.Epoch - 1 : job.Epoch;
            var run = network.Engine.Addresses.Run(job.Key, epoch);
            if (random.Next(2) == 0)
                await network.TryAsync(new StartRun(node.Address, run, epoch));
            else
                await network.TryAsync(new FinishRun(node.Address, run, epoch, (EndReason)random.Next(1, 12), null, TimeSpan.FromSeconds(random.Next(-5, 30))));
        }

        private T? Pick<T>(List<T> from)
            where T : class => from.Count == 0 ? null : from[random.Next(from.Count)];
    }
}
