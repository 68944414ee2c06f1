using Microsoft.Extensions.Logging.Abstractions;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Simulation;

/// <summary>One deployment over years: time goes from one thing that happens to the next, and the nodes do what nodes do.</summary>
internal sealed class DeploymentYears : IDisposable
{
    private static readonly NodeAddress Node = new(Names.Of("node"));

    private readonly Tables _disk = new();
    private readonly SimulatedClock _clock = new();
    private readonly AddressBook _addresses = new(new byte[32]);
    private readonly HashSet<long> _unended = [];
    private readonly Lane _lane;

    public DeploymentYears(NewDeployment spec)
    {
        var world = new World(seed: 1);
        var store = new FaultyLaneStore(new MemoryLaneStore(_disk), world, Apply);
        _lane = new Lane(store, _addresses, _clock, static hash => hash.ToArray(), static _ => { }, NullLogger.Instance);
        Do(new Genesis(new(Names.Of("network")), new(Names.Of("operator")), Names.Of("operator's key")));
        Do(new GrantCredits(new AccountAddress(Names.Of("operator")), Credits.FromUsd(10_000_000)));
        Do(new ChangeMarket(Genesis.FirstMarket, new MarketTerms { MaxTimeoutSeconds = 366 * 86_400 }));
        Do(new RegisterNode(Node, "node"));
        Do(new JoinMarket(Node, Genesis.FirstMarket, 100));
        Do(new CreateDeployment(OperatorAccount.Key, spec));
    }

    public DateTimeOffset Now => _clock.GetUtcNow();
    public Deployment Row => _disk.Deployments[1];
    public IReadOnlyCollection<Job> Jobs => _disk.Jobs.Values;
    public IEnumerable<Job> Unended => _unended.Select(key => _disk.Jobs[key]);
    public IEnumerable<DeploymentEvent> Events => _disk.Events.Values;

    /// <summary>Lets time pass, and looks at every moment at which something has happened.</summary>
    public void Pass(TimeSpan time, Action look)
    {
        var end = Now + time;
        Happen();
        for (var next = Next(); next <= end; next = Next())
        {
            _clock.Passed += next - Now;
            Happen();
            look();
        }
    }

    public static NewDeployment New(DeploymentStrategy strategy, int replicas, long timeoutSeconds) => new()
    {
        Address = new DeploymentAddress(Names.Of("deployment")),
        Name = "deployment",
        Market = "default",
        Replicas = replicas,
        TimeoutSeconds = timeoutSeconds,
        Strategy = strategy,
        Content = new RevisionContent(Names.Result, Requirements: null, Exposes: false),
        Starts = true,
    };

    public void Dispose() => _lane.Dispose();

    private void Happen()
    {
        for (var acted = true; acted;)
        {
            _lane.Seen.Mark(1, Now);
            acted = false;
            foreach (var task in _disk.Tasks.Values.Where(t => t.DueAt <= Now).OrderBy(t => t.DueAt).ThenBy(t => t.Key).ToList())
                acted |= Do(new DoTask(task.Deployment, task.Key)).WasDue;
            foreach (var job in Unended.Where(j => j.State is JobState.Running).ToList())
                acted |= Act(job);
        }
    }

    private bool Act(Job job)
    {
        var run = _addresses.Run(job.Key, job.Epoch);
        if (job.StopRequested)
            Do(new FinishRun(Node, run, job.Epoch, EndReason.StoppedByOwner, Names.Result, TimeSpan.Zero));
        else if (job.StartedAt is null)
            Do(new StartRun(Node, run, job.Epoch));
        else if (job.Deadline <= Now)
            Do(new FinishRun(Node, run, job.Epoch, EndReason.TimedOut, Names.Result, TimeSpan.Zero));
        else
            return false;
        return true;
    }

    private DateTimeOffset Next() => _disk.Tasks.Values.Select(t => t.DueAt)
        .Concat(Unended.Select(j => j.Deadline).OfType<DateTimeOffset>())
        .DefaultIfEmpty(DateTimeOffset.MaxValue).Min();

    private T Do<T>(Command<T> command)
    {
        var pending = new PendingCommand<T>(command);
        _lane.Carry([pending]);
        var outcome = pending.Answered.Result;
        return outcome.IsRefused ? throw new Violation($"{command} was refused: {outcome.Refusal.Message}") : outcome.Value;
    }

    private void Apply(WrittenRows written)
    {
        foreach (var job in written.Rows.Jobs.Values)
        {
            if (job.IsEnded)
                _unended.Remove(job.Key);
            else
                _unended.Add(job.Key);
        }
    }
}
