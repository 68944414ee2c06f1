using System.Collections.Concurrent;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>What the operations of one run share.</summary>
internal sealed class RunContext(
    RunIdentity identity,
    JobDefinition definition,
    RunSettings settings,
    IContainerEngine engine,
    ImageStore images,
    RunLog log,
    TimeProvider time) : IDisposable
{
    private readonly TaskCompletionSource<Halt> _halted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _halting = new();
    private readonly SemaphoreSlim _volumes = new(1);
    private readonly ConcurrentBag<string> _images = [];
    private RunDisk? _disk;
    private bool _over;

    public RunIdentity Identity => identity;

    public JobDefinition Definition => definition;

    public RunSettings Settings => settings;

    public IContainerEngine Engine => engine;

    public ImageStore Images => images;

    public RunLog Log => log;

    public TimeProvider Time => time;

    /// <summary>What the run has downloaded.</summary>
    public required RunResources Resources { get; init; }

    /// <summary>The ports that the run exposes.</summary>
    public RunServices Services { get; init; } = new(engine, time, () => { });

    /// <summary>The secrets that the definition names.</summary>
    public JobSecrets Secrets { get; init; } = JobSecrets.None;

    /// <summary>What its operations use.</summary>
    public RunStats Stats { get; init; } = new(engine, time);

    /// <summary>The graphics cards for those operations that want some; null: none.</summary>
    public GpuGrant? Gpus { get; init; }

    /// <summary>What an earlier process of this node has written down of the operations; null where there is nothing.</summary>
    public JobResult? Earlier { get; init; }

    /// <summary>What the containers write to disk.</summary>
    public RunDisk Disk => LazyInitializer.EnsureInitialized(ref _disk, () => new RunDisk(engine, identity, settings.Limits.DiskBytes, Halt, time));

    /// <summary>How much the operations' results may still hold.</summary>
    public ResultBudget Results { get; } = new();

    /// <summary>Told when something has changed that a later process has to know.</summary>
    public Action Changed { get; set; } = () => { };

    /// <summary>
    /// Completes when an operation whose container has just been started counts as started: at once, or when the ports that it exposes
    /// have. What depends on it waits for that.
    /// </summary>
    public Func<PlannedOperation, ExposedOperation?, Task> Readiness { get; init; } = static (_, exposed) => exposed?.Started ?? Task.CompletedTask;

    /// <summary>Completes when the run shall come to its end, with the first reason that there was.</summary>
    public Task<Halt> Halted => _halted.Task;

    /// <summary>The reason; null while there is none.</summary>
    public Halt? Reason { get; private set; }

    /// <summary>Cancelled with <see cref="Halted"/>; for what may be broken off then.</summary>
    public CancellationToken Halting => _halting.Token;

    public void Halt(Halt halt)
    {
        lock (_halted)
        {
            // A timer may call when everything is over.
            if (_over || Reason?.GivesWayTo(halt) is false)
                return;
            Reason = halt;
            // In here, so that nothing is disposed in between; who listens is called elsewhere.
            _ = _halting.CancelAsync();
            // Before it is said: whatever becomes of the words, the run comes to its end.
            _halted.TrySetResult(halt);
            log.Append(halt.Reason is EndReason.StoppedByOwner ? LogKind.Info : LogKind.Error, halt.Sentence);
        }
    }

    public async Task CreateVolumeAsync(string name, CancellationToken cancellationToken)
    {
        // One at a time: Podman refuses the second of two that ask for the same volume at once.
        await _volumes.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await engine.CreateVolumeAsync(identity.Volume(name), identity.Labels(settings.Labels), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _volumes.Release();
        }
    }

    /// <exception cref="PolicyException">The operator does not allow this image.</exception>
    /// <exception cref="EngineException">It cannot be pulled.</exception>
    public async Task PullAsync(ContainerRun operation, CancellationToken cancellationToken)
    {
        if (settings.Policy.Refusal(operation.Image) is { } refusal)
            throw new PolicyException(refusal);
        // Until its containers are made, nothing else keeps it.
        images.Hold(operation.Image);
        _images.Add(operation.Image);
        var report = new PullReport(log, time, operation.Image, operation.Id);
        await images.EnsureAsync(operation.Image, operation.RegistryLogin, report, cancellationToken).ConfigureAwait(false);
        if (report.Began)
            log.Append(LogKind.Info, $"Pulled {operation.Image}", operation.Id);
    }

    public void Dispose()
    {
        lock (_halted)
            _over = true;
        _disk?.Dispose();
        _halting.Dispose();
        _volumes.Dispose();
        foreach (var image in _images)
            images.Release(image);
        Resources.Dispose();
    }
}
