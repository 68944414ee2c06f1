using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>How far an operation is, under the names that official nodes give while a job runs.</summary>
internal enum OperationPhase
{
    Pending,
    Waiting,
    Starting,
    Running,
    Restarting,
    Stopping,
    Ended,
}

/// <summary>One operation while its job runs: how far it is, and how it is told to end or to begin again.</summary>
internal sealed class OperationControl(PlannedOperation planned)
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource<bool> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<OperationResult?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private OperationPhase _phase;
    private bool _restart;

    public PlannedOperation Planned => planned;

    /// <summary>Whether it has started, so that what depends on it may; false where it never will.</summary>
    public Task<bool> Started => _started.Task;

    /// <summary>What came of it; null where it was never begun and there is nothing to say of it.</summary>
    public Task<OperationResult?> Ended => _ended.Task;

    public OperationResult? Result => _ended.Task.IsCompletedSuccessfully ? _ended.Task.Result : null;

    /// <summary>Completes when it is told something: see <see cref="Halt"/> and <see cref="TakeRestart"/>.</summary>
    public Task Told
    {
        get
        {
            lock (_lock)
                return _told.Task;
        }
    }

    /// <summary>Why it alone shall end; null while it shall not.</summary>
    public Halt? Halt { get; private set; }

    /// <summary>How often its container was started again.</summary>
    public int Restarts { get; private set; }

    /// <summary>When it began; null before.</summary>
    public DateTimeOffset? StartTime { get; private set; }

    /// <summary>How far it is; from when it is told to begin again until it does: restarting.</summary>
    public OperationPhase Phase
    {
        get
        {
            lock (_lock)
                return _restart && _phase != OperationPhase.Ended ? OperationPhase.Restarting : _phase;
        }
    }

    /// <summary>Goes on from what an earlier process of this node has written down.</summary>
    public void Restore(OperationResult earlier)
    {
        if (earlier.EndTime is not null && (earlier.Status == ResultStatus.Success || earlier.Status == ResultStatus.Stopped))
        {
            End(earlier);
            return;
        }
        StartTime = earlier.StartTime;
        Restarts = (int)(earlier.Diagnostics.State?.RestartCount ?? 0);
        // Told again, as that process may have ended before it had stopped the container, or started it again.
        if (earlier.Diagnostics.Reason.Reason is { } reason)
            Stop(Node.Halt.OfOperation(reason));
        else if (earlier.Status == Name(OperationPhase.Restarting))
            TellToRestart();
    }

    public void MoveTo(OperationPhase phase)
    {
        lock (_lock)
        {
            if (_phase != OperationPhase.Ended)
                _phase = phase;
        }
    }

    /// <summary>Its container has been started.</summary>
    /// <param name="at">When.</param>
    /// <param name="again">Not for the first time. That counts only now: until then a later process still owes it this start.</param>
    public void Begin(DateTimeOffset at, bool again)
    {
        StartTime ??= at;
        if (again)
            Restarts++;
        MoveTo(OperationPhase.Running);
    }

    /// <summary>What depends on it may start.</summary>
    public void Start() => _started.TrySetResult(true);

    /// <summary>Brings this operation to its end, and the job goes on. False where it has ended.</summary>
    public bool Stop(Halt halt)
    {
        lock (_lock)
        {
            if (_phase == OperationPhase.Ended)
                return false;
            Halt ??= halt;
            _told.TrySetResult();
            return true;
        }
    }

    /// <summary>Has its container stopped and started again. False where it does not run.</summary>
    public bool Restart()
    {
        lock (_lock)
        {
            if (Halt is not null || _phase is not (OperationPhase.Running or OperationPhase.Restarting))
                return false;
            TellToRestart();
            return true;
        }
    }

    /// <summary>Whether it shall be started again; asked once for each time it was told so.</summary>
    /// <param name="isLast">Where it shall not, it is over, and told so no more.</param>
    public bool TakeRestart(bool isLast = false)
    {
        lock (_lock)
        {
            if (!_restart || Halt is not null)
            {
                if (isLast)
                    _phase = OperationPhase.Stopping;
                return false;
            }
            _restart = false;
            _told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return true;
        }
    }

    /// <summary>It is over.</summary>
    public void End(OperationResult? result)
    {
        lock (_lock)
            _phase = OperationPhase.Ended;
        _started.TrySetResult(result?.Status == ResultStatus.Success);
        _ended.TrySetResult(result);
    }

    /// <summary>How it stands now, in the words of a result.</summary>
    public OperationResult Snapshot()
    {
        if (Result is { } result)
            return result;
        return OperationResults.NotBegun(planned) with
        {
            Status = Name(Phase),
            StartTime = StartTime,
            Diagnostics = new()
            {
                Reason = new() { Reason = Halt?.Sentence },
                State = Restarts == 0 ? null : new() { RestartCount = Restarts },
            },
        };
    }

    private static ResultStatus Name(OperationPhase phase) => new(phase.ToString().ToLowerInvariant());

    private void TellToRestart()
    {
        _restart = true;
        _told.TrySetResult();
    }
}
