using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>
/// Keeps the runs of a node: takes what the network assigns, sees each to its end, and takes up again after a crash what still runs.
/// What has ended, or was given to another node, it removes.
/// </summary>
public sealed partial class RunKeeper : IAsyncDisposable
{
    private static readonly TimeSpan ReapInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan TakingUp = TimeSpan.FromSeconds(5);

    private readonly IContainerEngine _engine;
    private readonly RunSettings _settings;
    private readonly RunStore _store;
    private readonly IRunReporter _reporter;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ImageStore _images;
    private readonly ResourceStore _resources;
    private readonly KeptResults _kept;
    private readonly LogisticsCalls _calls;
    private readonly Leftovers _leftovers;
    private readonly GpuPool _gpus;
    private readonly Lock _lock = new();
    private readonly Dictionary<RunKey, ActiveRun> _active = [];
    private readonly ConcurrentDictionary<RunKey, DateTimeOffset> _ended = new();
    private bool _isEnding;

    /// <param name="engine">The container engine.</param>
    /// <param name="settings">What holds for every run.</param>
    /// <param name="directory">Where the runs are kept on disk; no other process may use it.</param>
    /// <param name="reporter">Who is told of them.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log of the node.</param>
    /// <exception cref="EngineUnavailableException">Another process uses the directory.</exception>
    public RunKeeper(
        IContainerEngine engine,
        RunSettings settings,
        string directory,
        IRunReporter reporter,
        TimeProvider time,
        ILogger<RunKeeper> logger)
    {
        _engine = engine;
        _settings = settings;
        _store = RunStore.Open(directory);
        _reporter = reporter;
        _time = time;
        _logger = logger;
        _resources = new ResourceStore(settings.Resources, settings.CacheDirectory, engine, Labels.Of(settings.Node), time);
        _images = new ImageStore(engine, settings.CacheDirectory, settings.Resources.ImageBytes, time);
        _kept = new KeptResults(directory, time);
        _calls = new LogisticsCalls(settings, time);
        _gpus = new GpuPool(settings.Gpus, settings.Slots, settings.OffersAllGpus);
        _leftovers = new Leftovers(engine, Labels.Of(settings.Node));
    }

    /// <summary>What there is to say of the runs in a heartbeat.</summary>
    public IReadOnlyList<RunReport> Reports
    {
        get
        {
            lock (_lock)
                return [.. _active.Values.Select(run => run.Report)];
        }
    }

    /// <summary>The images of the engine.</summary>
    internal ImageStore Images => _images;

    /// <summary>Set when there is something new to say of an exposed port.</summary>
    internal Signal ServicesChanged { get; } = new();

    /// <summary>
    /// Takes up the runs that are on disk, and removes what belongs to none. To be called once, before anything is taken.
    /// </summary>
    public async Task RecoverAsync(CancellationToken cancellationToken)
    {
        var stored = _store.ReadAll();
        Act(Reconciliation.Compare(
            [.. stored.Select(state => state.Assignment)],
            [.. stored.Select(state => new ObservedRun(RunKey.Of(state.Assignment), IsActive: false, IsStored: true))],
            new HashSet<RunKey>(),
            _time.GetUtcNow()), stored.ToDictionary(state => RunKey.Of(state.Assignment)));
        await TryReapAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes once a minute what belongs to no run any more, until cancelled.</summary>
    public async Task ReapAlwaysAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(ReapInterval, _time, cancellationToken).ConfigureAwait(false);
            await TryReapAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes a run; nothing happens where it is known. May be repeated.</summary>
    public void Take(Assignment assignment)
    {
        lock (_lock)
        {
            if (_active.TryGetValue(RunKey.Of(assignment), out var run))
                run.Update(assignment, _time.GetUtcNow());
            else if (!_ended.ContainsKey(RunKey.Of(assignment)))
                StartNeedsLock(assignment, state: null);
        }
    }

    /// <summary>Makes what this node does what the network wants.</summary>
    /// <param name="assignments">Every run that the network has given to this node.</param>
    /// <param name="askedAt">When it was asked for them: what was taken since stays.</param>
    public void Apply(IReadOnlyList<Assignment> assignments, DateTimeOffset askedAt)
    {
        lock (_lock)
        {
            var observed = _active.Values.Select(run => new ObservedRun(run.Key, IsActive: true, IsStored: true, run.TakenAt)).ToArray();
            ActNeedsLock(
                Reconciliation.Compare(assignments, observed, _ended.Keys.ToHashSet(), askedAt), new Dictionary<RunKey, RunState>());
        }
    }

    /// <summary>The log of a run; null where this node is not at it.</summary>
    public RunLog? FindLog(RunAddress run) => Find(run)?.Log;

    /// <summary>
    /// The operation behind an exposed port; null where its container does not run here. A run that is just taken up after a restart of the
    /// node is waited for.
    /// </summary>
    internal async ValueTask<ExposedOperation?> FindServiceAsync(ServiceTarget target, CancellationToken cancellationToken)
    {
        if (Find(target.Run)?.Services is not { } services)
            return null;
        if (services.Find(target.Operation, target.Port) is { } operation)
            return operation;
        await services.TakenUp.WaitAsync(TakingUp, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return services.Find(target.Operation, target.Port);
    }

    /// <summary>What a run uses; null where this node is not at it.</summary>
    public JobStats? FindStats(RunAddress run)
    {
        lock (_lock)
            return _active.Values.FirstOrDefault(active => active.Key.Run == run)?.Stats.View;
    }

    /// <summary>The operations of a run as they stand, in the shape of a result; null where this node is not at it.</summary>
    public JobResult? FindOperations(RunAddress run)
    {
        lock (_lock)
            return _active.Values.FirstOrDefault(active => active.Key.Run == run)?.Snapshot;
    }

    /// <summary>What of a run travels past IPFS; null where it is not confidential, or this node is not at it.</summary>
    internal ConfidentialJob? FindConfidential(RunAddress run) => Find(run)?.Confidential;

    /// <summary>The definition that a confidential run was given; null where there is none.</summary>
    internal byte[]? FindGivenDefinition(RunAddress run) => Find(run) is { Confidential.IsWaiting: false } active ? active.Files.ReadGiven() : null;

    /// <summary>The result of a confidential run that has ended; null where none is kept.</summary>
    internal byte[]? FindKeptResult(RunAddress run) => _kept.Find(run);

    /// <summary>Stops or starts again one operation of a run, or a whole group; null where this node is not at it.</summary>
    public OperationAnswer? Command(RunAddress run, string group, string? operation, OperationCommand command) =>
        FindExecution(run)?.Command(group, operation, command);

    /// <summary>Gives up every run: its containers are killed and removed, and the network is told nothing.</summary>
    public async Task AbandonAllAsync()
    {
        foreach (var run in LastActive())
            run.Abandon();
        await WorkAsync().ConfigureAwait(false);
    }

    /// <summary>Leaves every run as it is: containers go on running, and a later process takes them up again.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var run in LastActive())
            run.Leave();
        await WorkAsync().ConfigureAwait(false);
        foreach (var run in Active())
            run.Dispose();
        _images.Dispose();
        _calls.Dispose();
        _resources.Dispose();
        _store.Dispose();
    }

    private RunExecution? FindExecution(RunAddress run) => Find(run)?.Execution;

    private ActiveRun? Find(RunAddress run)
    {
        lock (_lock)
            return _active.Values.FirstOrDefault(active => active.Key.Run == run);
    }

    private ActiveRun[] Active()
    {
        lock (_lock)
            return [.. _active.Values];
    }

    /// <summary>The runs that there are, after which no other is taken: nobody would wait for it.</summary>
    private ActiveRun[] LastActive()
    {
        lock (_lock)
            _isEnding = true;
        return Active();
    }

    private Task WorkAsync() => Task.WhenAll(Active().Select(run => run.Work));

    private void Act(IReadOnlyList<RunAction> actions, IReadOnlyDictionary<RunKey, RunState> stored)
    {
        lock (_lock)
            ActNeedsLock(actions, stored);
    }

    private void ActNeedsLock(IReadOnlyList<RunAction> actions, IReadOnlyDictionary<RunKey, RunState> stored)
    {
        foreach (var (kind, key, assignment) in actions)
        {
            switch (kind)
            {
                case RunActionKind.Start:
                    StartNeedsLock(assignment!, state: null);
                    break;
                case RunActionKind.Adopt:
                    StartNeedsLock(assignment!, stored[key]);
                    break;
                case RunActionKind.Update:
                    _active[key].Update(assignment!, _time.GetUtcNow());
                    break;
                case RunActionKind.Abandon:
                    // One that has ended and been reported is the network's no more, and only waits to be cleared away here.
                    if (!_active[key].IsFinishing)
                        LogAbandoned(key.Run, key.Epoch);
                    _active[key].Abandon();
                    break;
                case RunActionKind.Reap:
                    _store.Files(key.Run, key.Epoch).Delete();
                    break;
            }
        }
    }

    private void StartNeedsLock(Assignment assignment, RunState? state)
    {
        var key = RunKey.Of(assignment);
        if (_isEnding || Open(assignment) is not { } run)
            return;
        if (state is null)
            run.Services.Await([]);
        else
            run.Restore(state);
        if (state?.Gpus is { } cards)
            _gpus.Adopt(key, cards);
        if (assignment.StopRequested)
            run.Stop(Halt.StoppedByOwner);
        _active[key] = run;
        LogTaken(key.Run, key.Epoch, assignment.Job, state is not null);
        // Off this thread at once: whoever says what to do holds the lock, and has a connection to serve.
        var life = new RunLife(run, _engine, _images, _resources, _leftovers, _gpus, _kept, _calls, _settings, _reporter, _time, _logger);
        run.Work = Task.Run(() => life.LiveAsync(adopted: state is not null, () => End(run)));
    }

    /// <summary>A run for which there is no place on disk is not taken: that stops no other run, and the next word of the network tries it again.</summary>
    private ActiveRun? Open(Assignment assignment)
    {
        try
        {
            var files = _store.Files(assignment.Run, assignment.Epoch);
            files.Prepare();
            return new ActiveRun(assignment, files, RunLog.Open(files.LogPath, _time), _time.GetUtcNow())
            {
                Services = new RunServices(_engine, _time, ServicesChanged.Set),
                Stats = new RunStats(_engine, _time),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotTaken(e, assignment.Run, assignment.Epoch);
            return null;
        }
    }

    private void End(ActiveRun run)
    {
        lock (_lock)
        {
            _active.Remove(run.Key);
            _ended[run.Key] = _time.GetUtcNow();
        }
        run.Dispose();
    }

    private async Task TryReapAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ReapAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is EngineException or IOException or UnauthorizedAccessException)
        {
            LogNotReaped(e);
        }
    }

    private async Task ReapAsync(CancellationToken cancellationToken)
    {
        _kept.Sweep();
        var now = _time.GetUtcNow();
        foreach (var (key, at) in _ended)
        {
            if (now - at > Memory)
                _ended.TryRemove(key, out _);
        }
        var removed = await _leftovers.RemoveAllButAsync(
            key =>
            {
                lock (_lock)
                    return _active.ContainsKey(key);
            },
            cancellationToken).ConfigureAwait(false);
        if (removed > 0)
            LogReaped(removed);
        await _images.TrimAsync(cancellationToken).ConfigureAwait(false);
    }

    [LoggerMessage(10, LogLevel.Information, "Took run {Run}, epoch {Epoch}, of job {Job} (after a restart: {Adopted})")]
    private partial void LogTaken(RunAddress run, int epoch, JobAddress job, bool adopted);

    [LoggerMessage(14, LogLevel.Error, "Run {Run}, epoch {Epoch}, cannot be taken: there is no place for it on disk")]
    private partial void LogNotTaken(Exception exception, RunAddress run, int epoch);

    [LoggerMessage(11, LogLevel.Warning, "Run {Run}, epoch {Epoch}, is no longer this node's: its containers are killed and removed")]
    private partial void LogAbandoned(RunAddress run, int epoch);

    [LoggerMessage(12, LogLevel.Information, "Removed {Count} containers, networks and volumes that belong to no run")]
    private partial void LogReaped(int count);

    [LoggerMessage(13, LogLevel.Warning, "What belongs to no run could not be removed; it is tried again in a minute")]
    private partial void LogNotReaped(Exception exception);
}
