using Nosnet.Protocol;

namespace Nosnet.Engine.Tests;

/// <summary>
/// A network with a deployment and nodes that do what nodes do: they start what they are given, end what is to be stopped or whose time is up, and
/// live. Time goes from one thing that happens to the next.
/// </summary>
internal sealed class DeploymentScene : IDisposable
{
    private readonly TestNetwork _network;
    private readonly HashSet<long> _held = [];

    private DeploymentScene(TestNetwork network, Account owner) => (_network, Owner) = (network, owner);

    public TestNetwork Network => _network;
    public Account Owner { get; }
    public List<Node> Nodes { get; } = [];
    public DeploymentAddress Address { get; private set; }
    public Caller Caller => new(Owner.Key);
    public DateTimeOffset Now => _network.Time.GetUtcNow();

    /// <summary>Whether the nodes start what they are given.</summary>
    public bool NodesStart { get; set; } = true;

    public static async Task<DeploymentScene> BeginAsync(int slots = 10, decimal credits = 1_000)
    {
        var network = await TestNetwork.StartAsync();
        var scene = new DeploymentScene(network, await network.NewAccountAsync(credits));
        if (slots > 0)
            scene.Nodes.Add(await network.NewNodeAsync(slots));
        return scene;
    }

    public NewDeployment New(DeploymentStrategy strategy, int replicas = 1, double minutes = 60, bool exposes = false) => new()
    {
        Address = Address = CreateDeployment.NewAddress(),
        Name = "web",
        Market = TestNetwork.Market.ToString(),
        Replicas = replicas,
        TimeoutSeconds = (long)(minutes * 60),
        Strategy = strategy,
        Cron = "0 * * * *",
        Content = new RevisionContent(TestNetwork.Definition, Requirements: null, exposes),
    };

    public Task<Deployment> CreateAsync(NewDeployment spec) => _network.DoAsync(new CreateDeployment(Owner.Key, spec));

    /// <summary>Creates a deployment, starts it and lets it post its first jobs.</summary>
    public async Task RunAsync(NewDeployment spec)
    {
        await CreateAsync(spec);
        await _network.DoAsync(new StartDeployment(Caller, Address));
        await PassAsync(TimeSpan.Zero);
    }

    public Task<Deployment> DoAsync(Func<Caller, DeploymentAddress, Command<Deployment>> command) => _network.DoAsync(command(Caller, Address));
    public Task<Refusal> RefusedAsync(Func<Caller, DeploymentAddress, Command<Deployment>> command) => _network.RefusedAsync(command(Caller, Address));

    public async Task<Deployment> RowAsync() => (await _network.Engine.Read.DeploymentAsync(Address, TestContext.Current.CancellationToken))!;
    public async Task<DeploymentStatus> StatusAsync() => (await RowAsync()).Status;

    public async Task<IReadOnlyList<Job>> ActiveAsync() =>
        await _network.Engine.Read.ActiveJobsAsync((await RowAsync()).Key, TestContext.Current.CancellationToken);

    public async Task<IReadOnlyList<Job>> JobsAsync() =>
        (await _network.Engine.Read.JobsAsync((await RowAsync()).Key, new(), new Stretch(null, false, 100), TestContext.Current.CancellationToken)).Rows;

    public async Task<IReadOnlyList<DeploymentTask>> TasksAsync() =>
        (await _network.Engine.Read.TasksAsync((await RowAsync()).Key, new(), new Stretch(null, false, 100), TestContext.Current.CancellationToken)).Rows;

    public async Task<IReadOnlyList<string>> EventsAsync() =>
        [.. (await _network.Engine.Read.EventsAsync((await RowAsync()).Key, new(), new Stretch(null, false, 100), TestContext.Current.CancellationToken)).Rows.Select(e => e.Type)];

    /// <summary>Lets time pass, and everything happen that happens meanwhile.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        var end = Now + time;
        await HappenAsync();
        while (await NextAsync() is var next && next <= end)
        {
            _network.Time.Advance(next > Now ? next - Now : TimeSpan.Zero);
            await HappenAsync();
        }

        _network.Time.Advance(end - Now);
        await HappenAsync();
    }

    /// <summary>A job ends by itself.</summary>
    public async Task FinishAsync(Job job, EndReason reason = EndReason.Completed)
    {
        await _network.FinishAsync(await NodeOfAsync(job), await _network.JobAsync(job), reason);
        await HappenAsync();
    }

    /// <summary>The nodes do not end this job, whatever they are told.</summary>
    public void Hold(Job job) => _held.Add(job.Key);

    public void Dispose() => _network.Dispose();

    private async Task HappenAsync()
    {
        while (true)
        {
            foreach (var node in Nodes)
                _network.Engine.Seen.Mark(node.Key, Now);
            await _network.Engine.DoDueAsync(TestContext.Current.CancellationToken);
            var acted = false;
            foreach (var node in Nodes)
                foreach (var job in await _network.Engine.Read.RunningJobsAsync(node.Key, TestContext.Current.CancellationToken))
                    acted |= await ActAsync(node, job);
            if (!acted && (await _network.Engine.Read.DueTasksAsync(Now, null, 1, TestContext.Current.CancellationToken)).Count == 0)
                return;
        }
    }

    private async Task<bool> ActAsync(Node node, Job job)
    {
        if (_held.Contains(job.Key))
            return false;
        if (job.StopRequested)
            await _network.FinishAsync(node, job, EndReason.StoppedByOwner);
        else if (job.Deadline <= Now)
            await _network.FinishAsync(node, job, EndReason.TimedOut);
        else if (job.StartedAt is null && NodesStart)
            await _network.StartRunAsync(node, job);
        else
            return false;
        return true;
    }

    /// <summary>When something happens next.</summary>
    private async Task<DateTimeOffset> NextAsync()
    {
        var next = (await _network.Engine.Read.DueTasksAsync(DateTimeOffset.MaxValue, null, 1, TestContext.Current.CancellationToken)).Select(t => t.DueAt).FirstOrDefault(DateTimeOffset.MaxValue);
        foreach (var node in Nodes)
            foreach (var job in await _network.Engine.Read.RunningJobsAsync(node.Key, TestContext.Current.CancellationToken))
                if (!_held.Contains(job.Key) && job.Deadline < next)
                    next = job.Deadline.Value;
        return next;
    }

    private async Task<Node> NodeOfAsync(Job job) => Nodes.Single(n => n.Key == job.Node) is var node ? await _network.NodeAsync(node) : null!;
}
