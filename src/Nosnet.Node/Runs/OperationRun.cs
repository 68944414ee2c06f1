using System.Globalization;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>One operation of a run that has a container, from its making to its end.</summary>
internal sealed class OperationRun
{
    private const int StartTries = 3;

    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SettlePause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(10);

    private readonly RunContext _run;
    private readonly OperationControl _control;
    private readonly PlannedOperation _planned;
    private readonly ContainerRun _operation;
    private readonly ContainerWatch _watch;
    private int _restartsInARow;

    /// <param name="run">Its run.</param>
    /// <param name="control">How far it is.</param>
    /// <param name="operation">The operation as it is to run: with the definition's defaults, and its literals filled in.</param>
    public OperationRun(RunContext run, OperationControl control, ContainerRun operation)
    {
        _run = run;
        _control = control;
        _planned = control.Planned;
        _operation = operation;
        var log = new OperationLog(run.Log, _planned, run.Settings.LogQuota, () => run.Halt(Halt.LogQuotaExceeded(run.Settings.LogQuota)));
        _watch = new ContainerWatch(run.Engine, log, run.Time);
    }

    private string Id => _planned.Operation.Id;

    private Halt? Reason => _run.Reason ?? _control.Halt;

    /// <summary>Makes the container, starts it as soon as the network has accepted the start, and follows it to its end.</summary>
    /// <param name="accepted">Completes when the network has accepted the start.</param>
    /// <param name="existing">The container that an earlier process of this node has started; null where there is none.</param>
    /// <param name="cancellationToken">Leaves everything as it is.</param>
    public async Task<OperationResult> RunAsync(Task accepted, ContainerSnapshot? existing, CancellationToken cancellationToken)
    {
        try
        {
            var container = existing?.Id ?? await CreateAsync(cancellationToken).ConfigureAwait(false);
            // Podman makes a container that has ended like new when it is attached to: the earlier process was about to start it again.
            var again = existing is { IsFresh: true };
            if (again)
                _control.TakeRestart();
            var end = existing is { IsFresh: false }
                ? await FollowAsync(existing, cancellationToken).ConfigureAwait(false)
                : await StartAsync(container, again, accepted, cancellationToken).ConfigureAwait(false);
            while (end is not null && await IsToRunAgainAsync(end, cancellationToken).ConfigureAwait(false))
                end = await StartAsync(container, again: true, accepted, cancellationToken).ConfigureAwait(false) ?? end with { Halt = Reason };
            return end is null ? OperationResults.NotBegun(_planned, Reason) : Ended(end);
        }
        catch (ResourceException e)
        {
            var halt = RunExecution.FetchFailed(Id, e);
            _run.Halt(halt);
            return OperationResults.Failed(_planned, _run.Time.GetUtcNow(), ResultError.Resource, halt.Sentence);
        }
        catch (EngineException e)
        {
            return Broken(e);
        }
    }

    private async Task<ContainerEnd?> StartAsync(string container, bool again, Task accepted, CancellationToken cancellationToken)
    {
        await using var output = await (again
            ? BeginAgainAsync(container, accepted, cancellationToken)
            : BeginAsync(container, again: false, accepted, cancellationToken)).ConfigureAwait(false);
        return output is null
            ? null
            : await ToTheEndAsync(container, _watch.WatchAsync(container, output, again, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Starts it; null where there is a reason not to.</summary>
    private async Task<ContainerOutput?> BeginAsync(string container, bool again, Task accepted, CancellationToken cancellationToken)
    {
        // Attached first: so nothing of the output is missed, and the engine has done most of its work when the start is accepted.
        var output = await _run.Engine.AttachAsync(container, cancellationToken).ConfigureAwait(false);
        var isBegun = false;
        try
        {
            await accepted.ConfigureAwait(false);
            if (Reason is not null)
                return null;
            var from = _run.Time.GetUtcNow();
            await _run.Engine.StartContainerAsync(container, cancellationToken).ConfigureAwait(false);
            isBegun = true;
            _run.Log.Append(LogKind.Info, again ? $"Started {Id} again" : $"Started {Id}", Id);
            _control.Begin(from, again);
            return output;
        }
        finally
        {
            if (!isBegun)
                await output.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The same with one that ran before. What Podman still clears away of that time may take the new start with it: then it is asked again.</summary>
    private async Task<ContainerOutput?> BeginAgainAsync(string container, Task accepted, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await SettledAsync(container, cancellationToken).ConfigureAwait(false);
                var output = await BeginAsync(container, again: true, accepted, cancellationToken).ConfigureAwait(false);
                _run.Changed();
                return output;
            }
            catch (EngineException e) when (tries < StartTries && !e.IsUnreachable && !e.IsNotFound)
            {
                _run.Log.Append(LogKind.Error, $"The container of {Id} could not be started again, which is tried once more: {e.Message}", Id);
                await Task.Delay(RetryPause, _run.Time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// Waits until the engine has cleared away what was left of the container's last time. Podman, which calls it "stopped" until then, would
    /// otherwise take the end of that time for the end of the next.
    /// </summary>
    private async Task SettledAsync(string container, CancellationToken cancellationToken)
    {
        var began = _run.Time.GetTimestamp();
        while (await _run.Engine.InspectContainerAsync(container, cancellationToken).ConfigureAwait(false) is { State.Status: "stopped" }
            && _run.Time.GetElapsedTime(began) < SettleLimit)
            await Task.Delay(SettlePause, _run.Time, cancellationToken).ConfigureAwait(false);
    }

    private Task<ContainerEnd> FollowAsync(ContainerSnapshot existing, CancellationToken cancellationToken)
    {
        _control.Begin(existing.StartedAt ?? _run.Time.GetUtcNow(), again: false);
        return ToTheEndAsync(existing.Id, _watch.FollowAsync(existing.Id, cancellationToken), cancellationToken);
    }

    private async Task<string> CreateAsync(CancellationToken cancellationToken)
    {
        foreach (var name in _operation.Volumes.Select(mount => mount.Name).Distinct())
            await _run.CreateVolumeAsync(name, cancellationToken).ConfigureAwait(false);
        var spec = OperationContainer.For(_run.Identity, _run.Definition with { Global = null }, _planned, _operation, _run.Settings.Labels, _run.Settings.Limits.Among(_planned.Containers)) with
        {
            ReadOnlyRoot = _run.Settings.Policy.ReadOnlyRoot,
            Runtime = _run.Settings.Policy.Runtime,
        };
        spec = OperationContainer.WithResources(spec, await _run.Resources.MountsAsync(_planned.Index, cancellationToken).ConfigureAwait(false));
        spec = OperationContainer.WithGpus(spec, OperationContainer.Gpus(_operation, _run.Definition.Global, _run.Gpus));
        try
        {
            return await _run.Engine.CreateContainerAsync(spec, cancellationToken).ConfigureAwait(false);
        }
        catch (EngineException e) when (!e.IsNotFound && !e.IsUnreachable)
        {
            // What an earlier process of this node had asked for may be made only now: it is the same.
            if (await _run.Engine.InspectContainerAsync(spec.Name, cancellationToken).ConfigureAwait(false) is { IsFresh: true } late
                && late.Labels.Include(spec.Labels))
                return late.Id;
            throw;
        }
        catch (EngineException e) when (e.IsNotFound)
        {
            // The image was there, and someone cleared it away since.
            _run.Images.Forget(_operation.Image);
            await _run.PullAsync(_operation, cancellationToken).ConfigureAwait(false);
            return await _run.Engine.CreateContainerAsync(spec, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<ContainerEnd> ToTheEndAsync(string container, Task<ContainerSnapshot> watching, CancellationToken cancellationToken)
    {
        _run.Disk.Begin(container);
        using var sampling = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sampled = _run.Stats.SampleAsync(Id, container, _operation.Gpu, sampling.Token);
        try
        {
            var end = await ToTheEndOfItAsync(container, watching, cancellationToken).ConfigureAwait(false);
            _run.Disk.End(end.Container);
            return end;
        }
        finally
        {
            await sampling.CancelAsync().ConfigureAwait(false);
            await sampled.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<ContainerEnd> ToTheEndOfItAsync(string container, Task<ContainerSnapshot> watching, CancellationToken cancellationToken)
    {
        await using var exposed = _run.Services.Expose(_planned.Index, _operation, container);
        var telling = TellStartedAsync(_run.Readiness(_planned, exposed), watching);
        if (await Task.WhenAny(watching, _run.Halted, _control.Told).ConfigureAwait(false) == watching)
            return new ContainerEnd(await watching.ConfigureAwait(false), null);
        _control.MoveTo(OperationPhase.Stopping);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var stop = StopAsync(container, stopping.Token);
        var end = await watching.ConfigureAwait(false);
        await stopping.CancelAsync().ConfigureAwait(false);
        await stop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await telling.ConfigureAwait(false);
        return new ContainerEnd(end, Reason);
    }

    private async Task TellStartedAsync(Task ready, Task ended)
    {
        await Task.WhenAny(ready, ended).ConfigureAwait(false);
        if (ready.IsCompletedSuccessfully)
            _control.Start();
    }

    private async Task StopAsync(string container, CancellationToken cancellationToken)
    {
        // Until it has ended: an engine that is restarted between the two signals forgets the second.
        while (true)
        {
            try
            {
                // What writes without end would go on writing until it is killed.
                var grace = Reason is { IsExcess: true } ? TimeSpan.Zero : _run.Settings.StopGrace;
                await _run.Engine.StopContainerAsync(container, grace, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (EngineException e) when (!e.IsNotFound)
            {
                _run.Log.Append(LogKind.Error, $"The container of {Id} could not be stopped and is asked again: {e.Message}", Id);
                await Task.Delay(RetryPause, _run.Time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<bool> IsToRunAgainAsync(ContainerEnd end, CancellationToken cancellationToken)
    {
        if (end.Halt is not null)
            return false;
        var code = end.Container.State.ExitCode;
        var isDue = Restarting.IsDue(_operation.RestartPolicy, code, _control.Restarts);
        if (_control.TakeRestart(isLast: !isDue))
        {
            Restarted($"{Id} is started again, as it was asked to be");
            return true;
        }
        if (!isDue)
            return false;
        if (end.Container is { StartedAt: { } from, FinishedAt: { } to } && to - from >= Restarting.Well)
            _restartsInARow = 0;
        var pause = Restarting.Pause(_restartsInARow++);
        Restarted(string.Create(
            CultureInfo.InvariantCulture, $"{Id} ended with exit code {code} and is started again in {pause.TotalSeconds:0.0} s (restart {_control.Restarts + 1})"));
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(Task.Delay(pause, _run.Time, waiting.Token), _run.Halted, _control.Told).ConfigureAwait(false);
        await waiting.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        // Asked to begin again while it was about to: that is what it does.
        _control.TakeRestart();
        return true;
    }

    private void Restarted(string sentence)
    {
        _control.MoveTo(OperationPhase.Restarting);
        _run.Log.Append(LogKind.Info, sentence, Id);
    }

    private OperationResult Ended(ContainerEnd end)
    {
        var container = end.Container with { State = end.Container.State with { RestartCount = _control.Restarts } };
        var now = _run.Time.GetUtcNow();
        var from = _control.Restarts == 0 ? container.StartedAt ?? _control.StartTime : _control.StartTime;
        var result = OperationResults.Ended(_planned, container, from ?? now, container.FinishedAt ?? now, end.Halt);
        result = result with { Diagnostics = result.Diagnostics with { Usage = _run.Stats.UsageOf(Id) } };
        if (result.Status == ResultStatus.Failed && end.Halt is null)
            _run.Halt(OperationResults.Why(_planned, container));
        return result;
    }

    private OperationResult Broken(EngineException e)
    {
        var reason = e.IsUnreachable ? EndReason.NodeFailed : EndReason.OperationFailed;
        _run.Halt(new Halt(reason, $"The container of {Id} could not be run: {e.Message}"));
        return OperationResults.Failed(_planned, _run.Time.GetUtcNow(), ResultError.ContainerRuntime, e.Message, (int?)e.Status);
    }

    /// <param name="Container">The container at its end.</param>
    /// <param name="Halt">Why it was stopped; null where it ended by itself.</param>
    private sealed record ContainerEnd(ContainerSnapshot Container, Halt? Halt);
}
