using Microsoft.Extensions.Logging.Abstractions;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Simulation;

/// <summary>
/// A life of many deployments from one seed: their owners change them, their jobs end, their nodes fall silent, and the server is killed, with a
/// quiet time after each stretch of that, in which everything has to come to where it belongs.
/// </summary>
internal sealed class DeploymentLife : IDisposable
{
    private const int Accounts = 8;
    private const int Nodes = 12;
    private const int SlotsOfNode = 1_000;
    private const int MostInGroup = 512;
    private const int MostRounds = 60;
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(60);

    private readonly World _world;
    private readonly int _deployments;
    private readonly Tables _disk = new();
    private readonly AddressBook _addresses = new(new byte[32]);
    private readonly DeploymentChecks _checks;
    private readonly List<Account> _owners = [];
    private readonly HashSet<long> _silent = [];
    private FaultyLaneStore _store;
    private Lane _lane;

    public DeploymentLife(int seed, int deployments)
    {
        _world = new World(seed);
        _deployments = deployments;
        _checks = new DeploymentChecks(_disk);
        (_store, _lane) = Open();
    }

    public int Kills { get; private set; }
    public int Jobs => _disk.Jobs.Count;
    public int Active => _disk.Jobs.Values.Count(j => !j.IsEnded);

    /// <exception cref="Violation">Something that must always hold did not.</exception>
    public void Live(int stretches)
    {
        Begin();
        for (var stretch = 1; stretch <= stretches; stretch++)
        {
            _world.Faults = new Faults { Crash = 0.000_2, StoreFailure = 0.000_2, CommitFailure = 0.15 };
            for (var tick = 1; tick <= 15; tick++)
                Pass(isQuiet: false);
            _world.Faults = Faults.None;
            _silent.Clear();
            foreach (var owner in _owners)
                Do(new GrantCredits(owner.Address, Credits.FromUsd(1_000)));
            // Long enough for what waits longest after what happened, and for every schedule to come.
            for (var tick = 1; tick <= 45; tick++)
                Pass(isQuiet: true);
            _checks.CheckAll(_world.Clock.GetUtcNow());
        }
    }

    public void Dispose() => _lane.Dispose();

    private void Begin()
    {
        Do(new Genesis(new(Names.Of("network")), new(Names.Of("operator")), Names.Of("operator's key")));
        Do(new ChangeMarket(Genesis.FirstMarket, new MarketTerms { MaxTimeoutSeconds = 30 * 86_400 }));
        for (var number = 1; number <= Nodes; number++)
        {
            Do(new RegisterNode(NodeOf(number), "node"));
            Do(new JoinMarket(NodeOf(number), Genesis.FirstMarket, SlotsOfNode));
        }

        for (var number = 1; number <= Accounts; number++)
        {
            _owners.Add(Do(new CreateAccount(new(Names.Of($"user {number}")), "user")));
            // The last has too little for all that it wants.
            Do(new GrantCredits(_owners[^1].Address, Credits.FromUsd(number == Accounts ? 20 : 10_000)));
        }

        Carry(Enumerable.Range(1, _deployments).Select(n => (Pending)new PendingCommand<Deployment>(New(n))));
    }

    private CreateDeployment New(int number)
    {
        var strategy = (DeploymentStrategy)(number % 5 == 0 ? (int)DeploymentStrategy.Infinite : number % 4);
        return new CreateDeployment(_owners[number % Accounts].Key, new NewDeployment
        {
            Address = new DeploymentAddress(Names.Of($"deployment {number}")),
            Name = "deployment",
            Market = "default",
            Replicas = _world.Random.Next(1, 10),
            TimeoutSeconds = strategy is DeploymentStrategy.Infinite ? _world.Random.Next(60, 90) * 60 : _world.Random.Next(5, 30) * 60,
            Strategy = strategy,
            Cron = "*/20 * * * *",
            StartupSeconds = number % 3 == 0 && strategy is DeploymentStrategy.Infinite ? 300 : 0,
            Content = new RevisionContent(Names.Result, Requirements: null, Exposes: number % 3 == 0),
            Starts = true,
        });
    }

    /// <summary>A minute passes: what is due is done and the nodes do their part, again and again until there is nothing left to do.</summary>
    private void Pass(bool isQuiet)
    {
        _world.Clock.Passed += Tick;
        if (!isQuiet)
        {
            Carry(Enumerable.Range(0, 40).Select(_ => Change(_world.Random.Next(1, _deployments + 1))));
            if (_world.Chance(0.5))
                Kill();
            if (_world.Chance(0.1))
                _silent.Add(_world.Random.Next(1, Nodes + 1));
        }

        for (var round = 1; ; round++)
        {
            Violation.Unless(round < MostRounds || !isQuiet, "Within one minute there was no end of what to do.");
            foreach (var node in _disk.Nodes.Values.Where(n => !_silent.Contains(n.Key)))
                _lane.Seen.Mark(node.Key, _world.Clock.GetUtcNow());
            var pending = DueTasks().Concat(Runs(isQuiet)).Concat(Silences()).ToList();
            if (pending.Count == 0 || (!isQuiet && round == 4))
                return;
            Carry(pending);
        }
    }

    private List<Pending> DueTasks()
    {
        var now = _world.Clock.GetUtcNow();
        return [.. _disk.Tasks.Values.Where(t => t.DueAt <= now).OrderBy(t => t.DueAt).ThenBy(t => t.Key).Select(t => new PendingCommand<TaskDone>(new DoTask(t.Deployment, t.Key)))];
    }

    /// <summary>What the nodes have to say of their runs.</summary>
    private List<Pending> Runs(bool isQuiet)
    {
        var now = _world.Clock.GetUtcNow();
        var said = new List<Pending>();
        foreach (var job in _checks.Unended.Select(key => _disk.Jobs[key]).Where(j => j.State is JobState.Running && !_silent.Contains(j.Node)).OrderBy(j => j.Key))
        {
            if (job.StopRequested)
                Finish(job, EndReason.StoppedByOwner);
            else if (job.Deadline <= now)
                Finish(job, EndReason.TimedOut);
            else if (job.StartedAt is null)
                said.Add(new PendingCommand<Job>(new StartRun(_disk.Nodes[job.Node].Address, _addresses.Run(job.Key, job.Epoch), job.Epoch)));
            else if (job.ReadyAt is null && (isQuiet || _world.Chance(0.3)))
                said.Add(new PendingCommand<bool>(new ServicesOnline(job.Key)));
            else if (!isQuiet && _world.Chance(0.005))
                Finish(job, _world.Chance(0.5) ? EndReason.Completed : EndReason.OperationFailed);
            else if (!isQuiet && _world.Chance(0.002))
                said.Add(new PendingCommand<bool>(new ServicesLost(job.Key)));
        }

        return said;

        void Finish(Job job, EndReason reason) => said.Add(new PendingCommand<Job>(
            new FinishRun(_disk.Nodes[job.Node].Address, _addresses.Run(job.Key, job.Epoch), job.Epoch, reason, Names.Result, TimeSpan.Zero)));
    }

    /// <summary>Nodes that are silent lose what they run, and those that are heard again take jobs again.</summary>
    private IEnumerable<Pending> Silences()
    {
        var now = _world.Clock.GetUtcNow();
        foreach (var node in _disk.Nodes.Values)
        {
            if (_silent.Contains(node.Key) && node.Market != 0 && !Leases.IsLive(_lane.Seen.Of(node.Key), now))
                yield return new PendingCommand<bool>(new LoseNode(node.Key));
            else if (!_silent.Contains(node.Key) && node.Market == 0)
                yield return new PendingCommand<Node>(new JoinMarket(node.Address, Genesis.FirstMarket, SlotsOfNode));
        }
    }

    /// <summary>Something that an owner does to a deployment.</summary>
    private Pending Change(long key)
    {
        if (!_disk.Deployments.TryGetValue(key, out var row))
            return new PendingCommand<bool>(new SettleDeployments());
        var caller = new Caller(row.Account);
        DeploymentCommand command = _world.Random.Next(10) switch
        {
            0 or 1 => new StopDeployment(caller, row.Address),
            2 or 3 or 4 => new StartDeployment(caller, row.Address),
            5 or 6 => new ScaleDeployment(caller, row.Address, _world.Random.Next(0, 11)),
            7 => new RetimeDeployment(caller, row.Address, row.TimeoutSeconds + _world.Random.Next(-5, 10) * 60),
            8 => new AddRevision(caller, row.Address, new RevisionContent(Names.Result, Requirements: null, Exposes: true)),
            _ => new ActivateRevision(caller, row.Address, _world.Random.Next(1, row.LastRevision + 1)),
        };
        return new PendingCommand<Deployment>(command);
    }

    private T Do<T>(Command<T> command)
    {
        var pending = new PendingCommand<T>(command);
        Carry([pending]);
        return pending.Answered.Result.Value!;
    }

    private void Carry(IEnumerable<Pending> pending)
    {
        foreach (var group in pending.Chunk(MostInGroup))
        {
            _lane.Carry([.. group]);
            foreach (var one in group)
                Check(one);
            if (_store.IsKilled)
                Kill();
        }
    }

    /// <summary>Another server takes over, with what is on disk.</summary>
    private void Kill()
    {
        Kills++;
        _lane.Dispose();
        (_store, _lane) = Open();
    }

    private static void Check(Pending pending)
    {
        var failure = pending switch
        {
            PendingCommand<bool> { Answered.Exception: { } e } => e,
            PendingCommand<Deployment> { Answered.Exception: { } e } => e,
            PendingCommand<Job> { Answered.Exception: { } e } => e,
            _ => null,
        };
        Violation.Unless(failure?.InnerException is null or InjectedException or StoreUnavailableException, $"A command failed: {failure}");
    }

    private (FaultyLaneStore Store, Lane Lane) Open()
    {
        var faults = _world.Faults;
        _world.Faults = Faults.None;
        var store = new FaultyLaneStore(new MemoryLaneStore(_disk), _world, _checks.Apply);
        var lane = new Lane(store, _addresses, _world.Clock, static hash => hash.ToArray(), static _ => { }, NullLogger.Instance);
        _world.Faults = faults;
        return (store, lane);
    }

    private static NodeAddress NodeOf(int number) => new(Names.Of($"node {number}"));
}
