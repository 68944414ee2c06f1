using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>A run that this process is at.</summary>
internal sealed class ActiveRun(Assignment assignment, RunFiles files, RunLog log, DateTimeOffset takenAt) : IDisposable
{
    // What the network says of the remaining time has been under way for a moment; smaller differences are no news.
    private static readonly TimeSpan Jitter = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _leaving = new();
    private readonly CancellationTokenSource _stopped = new();
    private RunExecution? _execution;
    private Halt? _early;
    private RunPhase _phase;
    private RunState _state = new() { Assignment = assignment };

    public RunKey Key { get; } = RunKey.Of(assignment);

    public Assignment Assignment => assignment;

    public RunFiles Files => files;

    public RunLog Log => log;

    public required RunServices Services { get; init; }

    public required RunStats Stats { get; init; }

    public DateTimeOffset TakenAt => takenAt;

    /// <summary>The work on it; set once, by who takes it.</summary>
    public Task Work { get; set; } = Task.CompletedTask;

    /// <summary>Whether it was given up, so that everything of it is removed.</summary>
    public bool IsAbandoned { get; private set; }

    /// <summary>What of it travels past IPFS; null where it is not confidential.</summary>
    public ConfidentialJob? Confidential { get; set; }

    /// <summary>Why it was stopped before it was at its containers; null where it was not.</summary>
    public Halt? Early
    {
        get
        {
            lock (_lock)
                return _early;
        }
    }

    /// <summary>Cancelled when it is stopped.</summary>
    public CancellationToken Stopped => _stopped.Token;

    /// <summary>Cancelled when the work on it ends before the run does.</summary>
    public CancellationToken Leaving => _leaving.Token;

    /// <summary>Its containers, once it is at them.</summary>
    public RunExecution? Execution
    {
        get
        {
            lock (_lock)
                return _phase == RunPhase.Finishing ? null : _execution;
        }
    }

    /// <summary>Whether its containers are done with.</summary>
    public bool IsFinishing
    {
        get
        {
            lock (_lock)
                return _phase == RunPhase.Finishing;
        }
    }

    /// <summary>Its operations as they stand, or as they ended; null while it is not at them.</summary>
    public JobResult? Snapshot
    {
        get
        {
            lock (_lock)
                return _execution?.Snapshot() ?? (Confidential is { IsWaiting: true } ? WaitingForDefinition() : null);
        }
    }

    public RunState State
    {
        get
        {
            lock (_lock)
                return _state;
        }
    }

    /// <summary>What there is to say of it in a heartbeat.</summary>
    public RunReport Report
    {
        get
        {
            lock (_lock)
                return new(Key.Run, Key.Epoch, _execution is { } execution && execution.Phase > _phase ? execution.Phase : _phase) { Services = Services.Reports };
        }
    }

    /// <summary>Continues from what was on disk.</summary>
    public void Restore(RunState state)
    {
        lock (_lock)
        {
            _state = state;
            _phase = state.Deadline is null ? RunPhase.Preparing : RunPhase.Running;
        }
    }

    /// <summary>Its containers can be stopped from now on; a stop that came before counts.</summary>
    public void Begin(RunExecution execution)
    {
        lock (_lock)
        {
            _execution = execution;
            if (_early is not null)
                execution.Stop(_early);
        }
    }

    /// <summary>Its containers have ended.</summary>
    public void Finish()
    {
        lock (_lock)
            _phase = RunPhase.Finishing;
    }

    public void Stop(Halt halt)
    {
        lock (_lock)
        {
            if (_phase == RunPhase.Finishing)
                return;
            _early ??= halt;
            _execution?.Stop(halt);
        }
        _stopped.Cancel();
    }

    /// <summary>The network has accepted the start, and says how long it may run from now.</summary>
    public void Accept(TimeSpan remaining, DateTimeOffset now)
    {
        lock (_lock)
        {
            _state = _state with { Deadline = now + (remaining < RunDeadline.Most ? remaining : RunDeadline.Most) };
            files.Save(_state);
        }
    }

    /// <summary>Its containers have these graphics cards.</summary>
    public void Hold(IReadOnlyList<int> gpus)
    {
        lock (_lock)
        {
            _state = _state with { Gpus = gpus };
            files.Save(_state);
        }
    }

    /// <summary>What the network wants of it now.</summary>
    public void Update(Assignment wanted, DateTimeOffset now)
    {
        if (wanted.StopRequested)
            Stop(Halt.StoppedByOwner);
        lock (_lock)
        {
            if (wanted.RemainingSeconds is not { } seconds || _state.Deadline is not { } deadline || _phase == RunPhase.Finishing)
                return;
            var remaining = TimeSpan.FromSeconds(Math.Clamp(seconds, 0, RunDeadline.Most.TotalSeconds));
            if ((now + remaining - deadline).Duration() <= Jitter)
                return;
            _state = _state with { Deadline = now + remaining };
            _execution?.SetRemaining(remaining);
            try
            {
                files.Save(_state);
            }
            catch (IOException)
            {
                // There it stays as it was: a later process hears of it again. The other runs must hear of theirs now.
            }
        }
    }

    /// <summary>Gives it up.</summary>
    public void Abandon()
    {
        IsAbandoned = true;
        _leaving.Cancel();
    }

    /// <summary>Ends the work on it and leaves everything as it is.</summary>
    public void Leave() => _leaving.Cancel();

    public void Dispose()
    {
        // Not the source of Leaving: whoever ends the node may cancel a run that comes to its own end at that moment.
        log.Dispose();
        _stopped.Dispose();
    }

    private JobResult WaitingForDefinition() => new() { Status = ResultStatus.WaitingForDefinition, StartTime = takenAt, Operations = [] };
}
