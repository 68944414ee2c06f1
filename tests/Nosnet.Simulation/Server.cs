using Microsoft.Extensions.Logging.Abstractions;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Simulation;

/// <summary>The server: the real lane over a store, groups of what has arrived, and kills from which it comes back with what is on disk.</summary>
internal sealed class Server : IDisposable
{
    private static readonly TimeSpan DuePeriod = TimeSpan.FromSeconds(1);

    private readonly World _world;
    private readonly Disk _disk;
    private readonly BlockSigner _sign;
    private readonly List<Waiting> _waiting = [];
    private readonly List<WrittenRows> _written = [];
    private FaultyLaneStore? _store;
    private Lane? _lane;
    private bool _isScheduled;

    public Server(World world, Disk disk, BlockSigner sign)
    {
        (_world, _disk, _sign) = (world, disk, sign);
        History = new History(Addresses);
        Open();
        world.Every(() => DuePeriod, FindDue);
    }

    public AddressBook Addresses { get; } = new(new byte[32]);
    public History History { get; }

    /// <summary>How many groups were carried out.</summary>
    public int Groups { get; private set; }

    /// <summary>Sends a command over the network. What comes back may be null: a failure that says nothing of what was done; or nothing ever.</summary>
    public void Ask<T>(string who, Command<T> command, Action<Outcome<T>?> answered) =>
        _world.Send(() => Receive(who, command, new PendingCommand<T>(command), outcome => _world.Send(() => answered(outcome))));

    /// <summary>Likewise a command that the server makes up of each request that arrives.</summary>
    public void Ask<T>(string who, Func<Command<T>> make) => _world.Send(() =>
    {
        var command = make();
        Receive(who, command, new PendingCommand<T>(command), static _ => { });
    });

    /// <summary>Likewise many commands under one key.</summary>
    public void Ask<T>(string who, OnceEach<T> batch, Action<Outcome<Said>?> answered) =>
        _world.Send(() => Receive(who, batch, new PendingBatch<T>(batch), outcome => _world.Send(() => answered(outcome))));

    /// <summary>Carries a command out at once, while no fault comes.</summary>
    public T Do<T>(Command<T> command)
    {
        var pending = new PendingCommand<T>(command);
        Receive("setup", command, pending, static _ => { });
        Turn();
        var outcome = pending.Answered.Result;
        return outcome.IsRefused ? throw new Violation($"{command} was refused: {outcome.Refusal.Message}") : outcome.Value;
    }

    /// <summary>Kills the server where it stands, and starts it again.</summary>
    public void Kill()
    {
        _world.Note("server", "killed");
        Close();
        // Who waited hears nothing.
        _waiting.Clear();
        _world.After(_world.Between(0, 8), Open);
    }

    /// <summary>Stops and starts, and compares what is on disk with what was committed.</summary>
    public void Reopen()
    {
        Close();
        Open();
    }

    public void Dispose()
    {
        Close();
        _disk.Dispose();
    }

    private void Receive<T>(string who, object command, Pending<T> pending, Action<Outcome<T>?> answered)
    {
        if (_lane is null)
            return;
        _world.Note(who, command);
        _waiting.Add(new Waiting(pending, command, () => Settle(command, pending, answered)));
        if (_isScheduled)
            return;
        _isScheduled = true;
        _world.After(_world.Between(0, 0.005), Turn);
    }

    private void Turn()
    {
        _isScheduled = false;
        if (_lane is null || _waiting.Count == 0)
            return;
        var group = _waiting.ToList();
        _waiting.Clear();
        _lane.Carry([.. group.Select(w => w.Pending)]);
        Groups++;

        foreach (var written in _written)
            History.Apply(written, [.. group.Select(w => w.Command)], IsAlive);
        _written.Clear();
        if (!_store!.IsKilled)
            History.CheckQueues(IsHeard);
        foreach (var waiting in group)
            waiting.Settle();
        if (_store.IsKilled)
            Kill();
    }

    private void Settle<T>(object command, Pending<T> pending, Action<Outcome<T>?> answered)
    {
        Violation.Unless(pending.IsAnswered, $"{command} got no answer.");
        if (pending.Answered.IsFaulted)
        {
            var failure = pending.Answered.Exception.InnerException!;
            if (failure is not (InjectedException or StoreUnavailableException))
                throw new Violation($"{command} failed: {failure}");
            _world.Note("server", $"failed: {failure.Message}");
            if (!_store!.IsKilled)
                answered(null);
            return;
        }

        var outcome = pending.Answered.Result;
        if (outcome.IsRefused)
            _world.Note("server", $"refused: {outcome.Refusal.Message}");
        else
            CheckAnswered(command, outcome.Value!);
        answered(outcome);
    }

    private void CheckAnswered(object command, object answer)
    {
        switch (answer)
        {
            case PostedJob posted:
                History.CheckAnswered(posted.Tx);
                break;
            case ExtendedJob extended:
                History.CheckAnswered(extended.Tx);
                break;
            case StoppedJob { Tx: { } tx }:
                History.CheckAnswered(tx);
                break;
            case GrantedCredits granted:
                History.CheckAnswered(granted.Tx);
                break;
            case Job job when command is StartRun start:
                CheckFence(job, start.Node, start.Epoch);
                break;
            case Job job when command is FinishRun finish:
                CheckFence(job, finish.Node, finish.Epoch);
                break;
            case Said said:
                History.CheckAnswered(KeyOf(command), said);
                break;
        }
    }

    private void CheckFence(Job job, NodeAddress node, int epoch) => Violation.Unless(
        job.Epoch == epoch && History.Rows.Nodes.GetValueOrDefault(job.Node)?.Address == node,
        $"Node {node} spoke of epoch {epoch} of job {job.Key} and was believed, though the run is {job.Epoch} on node {job.Node}.");

    private static IdempotencyKey KeyOf(object command) => command switch
    {
        Once<PostedJob> once => once.Key,
        Once<ExtendedJob> once => once.Key,
        Once<GrantedCredits> once => once.Key,
        OnceEach<PostedJob> each => each.Key,
        _ => throw new ArgumentException($"{command} has no key.", nameof(command)),
    };

    /// <summary>As the engine does it every second: first what is due is found, then each is done by itself.</summary>
    private void FindDue()
    {
        if (_world.Chance(_world.Faults.ClockJump))
        {
            _world.Clock.Wrong += _world.Between(-1, 1) * (_world.Chance(0.3) ? 10_000 : 60);
            _world.Note("clock", $"jumps to {_world.Clock.GetUtcNow():O}");
        }

        var find = new FindDue();
        Receive("time", find, new PendingCommand<IReadOnlyList<Command<bool>>>(find), found =>
        {
            foreach (var due in found?.Value ?? [])
                Receive("time", due, new PendingCommand<bool>(due), static _ => { });
        });
    }

    private bool IsAlive(long node) => Leases.IsLive(_lane!.Seen.Of(node), _lane.Now);

    /// <summary>Whether a node holds a lease because it was heard of, and not only because the server has just started.</summary>
    private bool IsHeard(long node) => _lane!.Seen.Known(node) is { } at && Leases.IsLive(at, _lane.Now);

    private void Open()
    {
        var store = _disk.Open();
        var faults = _world.Faults;
        _world.Faults = Faults.None;
        StoreCheck.Check(store, History.Rows, _world.Clock.GetUtcNow());
        _store = new FaultyLaneStore(store, _world, _written.Add);
        _lane = new Lane(_store, Addresses, _world.Clock, _sign, static _ => { }, NullLogger.Instance);
        _world.Faults = faults;
    }

    private void Close()
    {
        _lane?.Dispose();
        _lane = null;
    }

    private sealed record Waiting(Pending Pending, object Command, Action Settle);
}
