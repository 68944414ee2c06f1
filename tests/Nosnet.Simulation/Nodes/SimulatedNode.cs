using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Simulation;

/// <summary>A node: it heartbeats, does what it is told to, reports until it is answered, and has every trouble that the faults give it.</summary>
internal sealed class SimulatedNode
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(5);

    private readonly World _world;
    private readonly Server _server;
    private readonly IReadOnlyList<MarketAddress> _markets;
    private readonly string _name;
    private readonly NodeAddress _address;
    private readonly Dictionary<(long Job, int Epoch), Run> _runs = [];
    private MarketAddress? _market;
    private TimeSpan _silentUntil;
    private NodeHardware? _hardware;
    private int _slots;
    private long _beats;
    private long _newestBeat;
    private bool _isRegistered;
    private bool _isHung;

    public SimulatedNode(World world, Server server, int number, IReadOnlyList<MarketAddress> markets)
    {
        (_world, _server, _markets) = (world, server, markets);
        _name = $"node {number}";
        _address = new NodeAddress(Names.Of(_name));
        _market = markets[world.Random.Next(markets.Count)];
        _slots = world.Random.Next(1, 4);
        _hardware = Machine();
        world.After(world.Between(0, 20), Boot);
        world.Every(() => Beat + world.Between(-0.1, 0.1), Live);
    }

    private bool IsSilent => _world.Clock.Passed < _silentUntil;

    /// <summary>Ends its troubles: from here on it does what a node shall.</summary>
    public void Heal()
    {
        _silentUntil = default;
        _isHung = false;
        _market ??= _markets[0];
        Boot();
    }

    private void Boot() => Ask(new RegisterNode(_address, _name) { Hardware = _hardware }, registered =>
    {
        _isRegistered |= registered is { IsRefused: false };
        Join();
    });

    private void Join()
    {
        if (_market is { } market)
            Ask(new JoinMarket(_address, market, _slots) { Hardware = _hardware }, static _ => { });
    }

    private void Live()
    {
        if (_world.Chance(_world.Faults.Trouble))
            HaveTrouble();
        if (!_isRegistered)
        {
            Boot();
            return;
        }

        var beat = ++_beats;
        Ask(new HeartbeatOf(_address), duty =>
        {
            if (duty is not { IsRefused: false, Value: { } value } || beat < _newestBeat)
                return;
            _newestBeat = beat;
            Reconcile(value);
        });
    }

    private void Reconcile(NodeDuty duty)
    {
        if (_market is not null && duty.Market != _market)
            Join();
        var told = duty.Runs.ToDictionary(j => (j.Key, j.Epoch));
        foreach (var gone in _runs.Keys.Where(k => !told.ContainsKey(k)).ToList())
            _runs.Remove(gone);
        foreach (var (key, job) in told)
        {
            if (!_runs.TryGetValue(key, out var run))
            {
                _runs.Add(key, run = new Run(key, _server.Addresses.Run(job.Key, job.Epoch)));
                var fresh = run;
                _world.After(_world.Between(0, 10), () => Start(fresh));
            }

            run.Timeout = TimeSpan.FromSeconds(job.TimeoutSeconds);
            if (job.StopRequested && run.EndedAt is null)
                _world.After(_world.Between(0, 3), () => End(run, EndReason.StoppedByOwner));
        }
    }

    private void Start(Run run)
    {
        if (!Has(run) || run.StartedAt is not null || run.EndedAt is not null)
            return;
        if (!_isHung)
            Ask(new StartRun(_address, run.Address, run.Key.Epoch), started => Begin(run, started));
        _world.After(_world.Between(2, 4), () => Start(run));
    }

    private void Begin(Run run, Outcome<Job>? started)
    {
        if (started is not { } answer || !Has(run) || run.StartedAt is not null)
            return;
        if (answer.IsRefused)
        {
            _runs.Remove(run.Key);
            return;
        }

        run.StartedAt = _world.Clock.Passed;
        var lasts = _world.Between(0, 40);
        _world.After(lasts < run.Timeout ? lasts : run.Timeout, () => End(run, lasts < run.Timeout ? Pick() : EndReason.TimedOut));
    }

    private void End(Run run, EndReason reason)
    {
        if (!Has(run) || run.EndedAt is not null)
            return;
        (run.EndedAt, run.Reason) = (_world.Clock.Passed, reason);
        Report(run);
    }

    private void Report(Run run)
    {
        if (!Has(run))
            return;
        Ask(new FinishRun(_address, run.Address, run.Key.Epoch, run.Reason, Names.Result, _world.Clock.Passed - run.EndedAt!.Value), finished =>
        {
            if (finished is not null)
                _runs.Remove(run.Key);
        });
        _world.After(_world.Between(2, 4), () => Report(run));
    }

    private void HaveTrouble()
    {
        _world.Note(_name, "has trouble");
        switch (_world.Random.Next(8))
        {
            case 0:
                _silentUntil = _world.Clock.Passed + _world.Between(5, 60);
                break;
            case 1:
                // Its process restarts; it knows its containers again, or not.
                _silentUntil = _world.Clock.Passed + _world.Between(0, 40);
                if (_world.Chance(0.5))
                    _runs.Clear();
                _world.After(_silentUntil - _world.Clock.Passed, Boot);
                break;
            case 2:
                _isHung = !_isHung;
                break;
            case 3:
                _slots = _world.Random.Next(1, 4);
                _hardware = Machine();
                Join();
                break;
            case 4:
                _market = _world.Chance(0.5) ? null : _markets[_world.Random.Next(_markets.Count)];
                if (_market is null)
                    Ask(new LeaveMarket(_address), static _ => { });
                else
                    Join();
                break;
            case 5:
                Boot();
                break;
            default:
                Lie();
                break;
        }
    }

    /// <summary>Says something of a run that is another's, over, of another epoch or nobody's.</summary>
    private void Lie()
    {
        var job = _world.Random.NextInt64(1, _server.History.Rows.Jobs.Count + 2);
        var epoch = Math.Max(0, (_server.History.Rows.Jobs.GetValueOrDefault(job)?.Epoch ?? 1) + _world.Random.Next(-1, 2));
        var run = _server.Addresses.Run(job, epoch);
        if (_world.Chance(0.3))
            Ask(new StartRun(_address, run, epoch), static _ => { });
        else
            Ask(new FinishRun(_address, run, epoch, Pick(), null, _world.Between(-100, 1_000)), static _ => { });
    }

    private NodeHardware? Machine() => _world.Chance(0.3) ? null : new NodeHardware
    {
        RamMb = _world.Random.Next(1, 5) * 4_096,
        Gpus = _world.Chance(0.5) ? null : new GpuHardware
        {
            Devices = [.. Enumerable.Range(0, _world.Random.Next(1, 4)).Select(static i => new GpuDevice { Index = i, Name = "card" })],
            Shared = _world.Chance(0.3),
        },
    };

    private EndReason Pick() => _world.Chance(0.5) ? EndReason.Completed : (EndReason)_world.Random.Next(1, 14);

    private bool Has(Run run) => _runs.TryGetValue(run.Key, out var known) && known == run;

    /// <summary>A silent node neither says nor hears anything.</summary>
    private void Ask<T>(Command<T> command, Action<Outcome<T>?> answered)
    {
        if (IsSilent)
            return;
        _server.Ask(_name, command, outcome =>
        {
            if (!IsSilent)
                answered(outcome);
        });
    }

    private sealed class Run((long Job, int Epoch) key, RunAddress address)
    {
        public (long Job, int Epoch) Key => key;
        public RunAddress Address => address;
        public TimeSpan Timeout { get; set; }
        public TimeSpan? StartedAt { get; set; }
        public TimeSpan? EndedAt { get; set; }
        public EndReason Reason { get; set; }
    }
}
