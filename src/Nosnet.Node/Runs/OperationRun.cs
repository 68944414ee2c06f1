using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>One operation of a run that has a container, from its making to its end.</summary>
internal sealed class OperationRun
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(2);

    private readonly RunContext _run;
    private readonly PlannedOperation _planned;
    private readonly ContainerRun _operation;
    private readonly ContainerWatch _watch;

    public OperationRun(RunContext run, PlannedOperation planned, ContainerRun operation)
    {
        _run = run;
        _planned = planned;
        _operation = operation;
        var log = new OperationLog(run.Log, planned, run.Settings.LogQuota, () => run.Halt(Halt.LogQuotaExceeded(run.Settings.LogQuota)));
        _watch = new ContainerWatch(run.Engine, log, run.Time);
    }

    /// <summary>Makes the container, starts it as soon as the network has accepted the start, and follows it to its end.</summary>
    public async Task<OperationResult> RunAsync(Task accepted, Action started, CancellationToken cancellationToken)
    {
        try
        {
            var container = await CreateAsync(cancellationToken).ConfigureAwait(false);
            // Attached first: so nothing of the output is missed, and the engine has done most of its work when the start is accepted.
            await using var output = await _run.Engine.AttachAsync(container, cancellationToken).ConfigureAwait(false);
            await accepted.ConfigureAwait(false);
            if (_run.Reason is { } early)
                return OperationResults.NotBegun(_planned, early);
            var from = _run.Time.GetUtcNow();
            await _run.Engine.StartContainerAsync(container, cancellationToken).ConfigureAwait(false);
            started();
            var end = await ToTheEndAsync(
                container, _watch.WatchAsync(container, output, cancellationToken), cancellationToken).ConfigureAwait(false);
            return Ended(end.Container, from, end.Halt);
        }
        catch (EngineException e)
        {
            return Broken(e);
        }
    }

    /// <summary>Follows a container that an earlier process of this node made.</summary>
    public async Task<OperationResult> ContinueAsync(ContainerSnapshot container, CancellationToken cancellationToken)
    {
        try
        {
            var end = await ToTheEndAsync(
                container.Id, _watch.FollowAsync(container.Id, cancellationToken), cancellationToken).ConfigureAwait(false);
            return Ended(end.Container, container.StartedAt ?? _run.Time.GetUtcNow(), end.Halt);
        }
        catch (EngineException e)
        {
            return Broken(e);
        }
    }

    private async Task<string> CreateAsync(CancellationToken cancellationToken)
    {
        foreach (var name in _operation.Volumes.Select(mount => mount.Name).Distinct())
            await _run.CreateVolumeAsync(name, cancellationToken).ConfigureAwait(false);
        var spec = OperationContainer.For(_run.Identity, _run.Definition, _planned, _operation, _run.Settings.Labels, _run.Settings.Limits);
        try
        {
            return await _run.Engine.CreateContainerAsync(spec, cancellationToken).ConfigureAwait(false);
        }
        catch (EngineException e) when (e.IsNotFound)
        {
            // The image was there, and someone cleared it away since.
            _run.Images.Forget(_operation.Image);
            await _run.PullAsync(_operation, cancellationToken).ConfigureAwait(false);
            return await _run.Engine.CreateContainerAsync(spec, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<(ContainerSnapshot Container, Halt? Halt)> ToTheEndAsync(
        string container, Task<ContainerSnapshot> watching, CancellationToken cancellationToken)
    {
        await using var exposed = _run.Services.Expose(_planned.Index, _operation, container);
        if (await Task.WhenAny(watching, _run.Halted).ConfigureAwait(false) == watching)
            return (await watching.ConfigureAwait(false), null);
        var halt = await _run.Halted.ConfigureAwait(false);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var stop = StopAsync(container, stopping.Token);
        var end = await watching.ConfigureAwait(false);
        await stopping.CancelAsync().ConfigureAwait(false);
        await stop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return (end, halt);
    }

    private async Task StopAsync(string container, CancellationToken cancellationToken)
    {
        // Until it has ended: an engine that is restarted between the two signals forgets the second.
        while (true)
        {
            try
            {
                await _run.Engine.StopContainerAsync(container, _run.Settings.StopGrace, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (EngineException e) when (!e.IsNotFound)
            {
                var id = _planned.Operation.Id;
                _run.Log.Append(LogKind.Error, $"The container of {id} could not be stopped and is asked again: {e.Message}", id);
                await Task.Delay(RetryPause, _run.Time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private OperationResult Ended(ContainerSnapshot container, DateTimeOffset from, Halt? halt)
    {
        var to = container.FinishedAt ?? _run.Time.GetUtcNow();
        var result = OperationResults.Ended(_planned, container, container.StartedAt ?? from, to, halt);
        if (result.Status == ResultStatus.Failed && halt is null)
            _run.Halt(OperationResults.Why(_planned, container));
        return result;
    }

    private OperationResult Broken(EngineException e)
    {
        var reason = e.IsUnreachable ? EndReason.NodeFailed : EndReason.OperationFailed;
        _run.Halt(new Halt(reason, $"The container of {_planned.Operation.Id} could not be run: {e.Message}"));
        return OperationResults.Failed(_planned, _run.Time.GetUtcNow(), ResultError.ContainerRuntime, e.Message, (int?)e.Status);
    }
}
