using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>One run of a job on this machine: its images, its operations in their order, its end.</summary>
internal sealed class RunExecution : IDisposable
{
    private readonly RunContext _run;
    private readonly ExecutionPlan _plan;
    private readonly RunDeadline _deadline;
    private readonly OperationResult?[] _results;
    private readonly TaskCompletionSource<bool>[] _started;

    public RunExecution(RunContext run)
    {
        _run = run;
        _plan = ExecutionPlan.Of(run.Definition);
        _deadline = new RunDeadline(run.Time, () => run.Halt(Halt.TimedOut));
        _results = new OperationResult?[run.Definition.Ops.Count];
        _started = [.. _results.Select(_ => new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously))];
    }

    /// <summary>How far it is.</summary>
    public RunPhase Phase { get; private set; }

    /// <summary>Brings it to its end.</summary>
    public void Stop(Halt halt) => _run.Halt(halt);

    /// <summary>Sets how long it may run from now.</summary>
    public void SetRemaining(TimeSpan remaining) => _deadline.Set(remaining);

    /// <summary>Runs the job to its end.</summary>
    /// <param name="existing">The containers of this run that are there already, by the indexes of their operations.</param>
    /// <param name="starting">Told just before containers start; answers how long they may run once the start is accepted.</param>
    /// <param name="cancellationToken">Leaves everything as it is: containers that run go on running.</param>
    public async Task<RunOutcome> ExecuteAsync(
        IReadOnlyDictionary<int, ContainerSnapshot> existing,
        Func<CancellationToken, Task<TimeSpan>> starting,
        CancellationToken cancellationToken)
    {
        var began = _run.Time.GetUtcNow();
        foreach (var (index, sentence) in UnsupportedFeatures.Of(_run.Definition))
            Fail(Planned(index), new Halt(EndReason.NodeFailed, sentence), ResultError.Operation);
        await PullAsync(existing, cancellationToken).ConfigureAwait(false);
        if (_run.Reason is null)
            await RunStagesAsync(existing, starting, cancellationToken).ConfigureAwait(false);
        Phase = RunPhase.Finishing;
        return Outcome(began);
    }

    public void Dispose()
    {
        _deadline.Dispose();
        _run.Dispose();
    }

    private PlannedOperation Planned(int index) => _plan.Operations.First(operation => operation.Index == index);

    private async Task PullAsync(IReadOnlyDictionary<int, ContainerSnapshot> existing, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _run.Halting);
        foreach (var planned in _plan.Operations)
        {
            if (_run.Reason is not null)
                return;
            if (planned.Operation is not ContainerRun operation || existing.ContainsKey(planned.Index))
                continue;
            try
            {
                await _run.PullAsync(operation, either.Token).ConfigureAwait(false);
            }
            catch (EngineException e)
            {
                var halt = new Halt(EndReason.ImagePullFailed, $"The image {operation.Image} could not be pulled: {e.Message}");
                Fail(planned, halt, ResultError.ImagePull, (int?)e.Status);
            }
            catch (OperationCanceledException) when (_run.Reason is not null && !cancellationToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task RunStagesAsync(
        IReadOnlyDictionary<int, ContainerSnapshot> existing,
        Func<CancellationToken, Task<TimeSpan>> starting,
        CancellationToken cancellationToken)
    {
        // At the same time as the first containers are made, so that the way to the network and back costs nothing.
        var accepted = AcceptAsync(starting, cancellationToken);
        try
        {
            await MakeNetworkAsync(existing, cancellationToken).ConfigureAwait(false);
            foreach (var stage in _plan.Stages.TakeWhile(_ => _run.Reason is null))
            {
                var operations = stage.Select(
                    planned => RunAsync(planned, existing.GetValueOrDefault(planned.Index), accepted, cancellationToken));
                await Task.WhenAll(operations).ConfigureAwait(false);
            }
        }
        finally
        {
            await accepted.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await accepted.ConfigureAwait(false);
    }

    private async Task MakeNetworkAsync(IReadOnlyDictionary<int, ContainerSnapshot> existing, CancellationToken cancellationToken)
    {
        // Where containers are there already, so is their network.
        if (existing.Count > 0 || !_plan.Operations.Any(operation => operation.Operation is ContainerRun))
            return;
        try
        {
            await _run.Engine.CreateNetworkAsync(
                _run.Identity.Network, _run.Identity.Labels(_run.Settings.Labels), cancellationToken).ConfigureAwait(false);
        }
        catch (EngineException e)
        {
            _run.Halt(new Halt(EndReason.NodeFailed, $"The network of the job could not be made: {e.Message}"));
        }
    }

    private async Task AcceptAsync(Func<CancellationToken, Task<TimeSpan>> starting, CancellationToken cancellationToken)
    {
        _deadline.Set(await starting(cancellationToken).ConfigureAwait(false));
        Phase = RunPhase.Running;
    }

    private async Task RunAsync(PlannedOperation planned, ContainerSnapshot? existing, Task accepted, CancellationToken cancellationToken)
    {
        var started = _started[planned.Index];
        try
        {
            if (existing is null && !await DependenciesStartedAsync(planned, cancellationToken).ConfigureAwait(false))
                return;
            _results[planned.Index] = await (planned.Operation switch
            {
                CreateVolume volume => CreateVolumeAsync(planned, volume, accepted, cancellationToken),
                ContainerRun operation when existing is not null => ContinueAsync(planned, operation, existing, cancellationToken),
                ContainerRun operation => RunContainerAsync(planned, operation, accepted, cancellationToken),
                _ => throw new InvalidOperationException($"There is no way to run {planned.Operation.GetType()}."),
            }).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The others of the stage must not wait for what will never come.
            _run.Halt(new Halt(EndReason.NodeFailed, $"The node failed to run {planned.Operation.Id}: {e.Message}"));
            throw;
        }
        finally
        {
            started.TrySetResult(_results[planned.Index]?.Status == ResultStatus.Success);
        }
    }

    private async Task<OperationResult> RunContainerAsync(
        PlannedOperation planned, ContainerRun operation, Task accepted, CancellationToken cancellationToken)
    {
        void Started()
        {
            _run.Log.Append(LogKind.Info, $"Started {planned.Operation.Id}", planned.Operation.Id);
            _started[planned.Index].TrySetResult(true);
        }

        var result = await new OperationRun(_run, planned, operation).RunAsync(accepted, Started, cancellationToken).ConfigureAwait(false);
        Report(planned, result);
        return result;
    }

    private async Task<OperationResult> ContinueAsync(
        PlannedOperation planned, ContainerRun operation, ContainerSnapshot existing, CancellationToken cancellationToken)
    {
        _started[planned.Index].TrySetResult(true);
        if (!existing.HasEnded)
            _run.Log.Append(LogKind.Info, $"Took up {planned.Operation.Id} again after a restart of the node", planned.Operation.Id);
        var result = await new OperationRun(_run, planned, operation).ContinueAsync(existing, cancellationToken).ConfigureAwait(false);
        if (!existing.HasEnded)
            Report(planned, result);
        return result;
    }

    private async Task<bool> DependenciesStartedAsync(PlannedOperation planned, CancellationToken cancellationToken)
    {
        foreach (var id in planned.Operation.Execution?.DependsOn ?? [])
        {
            var dependency = _plan.Operations.First(operation => operation.Operation.Id == id);
            if (!await _started[dependency.Index].Task.WaitAsync(cancellationToken).ConfigureAwait(false))
                return false;
        }
        return true;
    }

    private async Task<OperationResult> CreateVolumeAsync(
        PlannedOperation planned, CreateVolume volume, Task accepted, CancellationToken cancellationToken)
    {
        var from = _run.Time.GetUtcNow();
        try
        {
            await _run.CreateVolumeAsync(volume.Name, cancellationToken).ConfigureAwait(false);
        }
        catch (EngineException e)
        {
            var halt = new Halt(EndReason.OperationFailed, $"The volume {volume.Name} could not be made: {e.Message}");
            Fail(planned, halt, ResultError.ContainerRuntime, (int?)e.Status);
            return _results[planned.Index]!;
        }
        await accepted.ConfigureAwait(false);
        return OperationResults.Done(planned, from, _run.Time.GetUtcNow());
    }

    private void Report(PlannedOperation planned, OperationResult result)
    {
        // A failure has a line of its own.
        if (result.Status == ResultStatus.Failed || result is not { ExitCode: { } code, StartTime: { } from, EndTime: { } to })
            return;
        var id = planned.Operation.Id;
        var line = FormattableString.Invariant($"Ended {id} with exit code {code} after {(to - from).TotalSeconds:0.0} s");
        _run.Log.Append(LogKind.Info, line, id);
    }

    private void Fail(PlannedOperation planned, Halt halt, string step, int? code = null)
    {
        _results[planned.Index] = OperationResults.Failed(planned, _run.Time.GetUtcNow(), step, halt.Sentence, code);
        _run.Halt(halt);
    }

    private RunOutcome Outcome(DateTimeOffset began)
    {
        var operations = _plan.Operations.Select(planned => _results[planned.Index] ?? OperationResults.NotBegun(planned)).ToArray();
        // A stop that comes when everything has ended well comes too late to be the reason.
        var reason = _run.Reason is not { } halt || operations.All(operation => operation.Status == ResultStatus.Success)
            ? EndReason.Completed
            : halt.Reason;
        var ended = operations.Where(operation => operation.ProviderId is not null).Max(operation => operation.EndTime);
        return new RunOutcome(reason, ended, new JobResult
        {
            Status = Status(reason),
            StartTime = operations.Min(operation => operation.StartTime) ?? began,
            EndTime = ended ?? _run.Time.GetUtcNow(),
            Operations = [.. operations],
        });
    }

    private static ResultStatus Status(EndReason reason) => reason switch
    {
        EndReason.Completed => ResultStatus.Success,
        EndReason.StoppedByOwner or EndReason.TimedOut => ResultStatus.Stopped,
        _ => ResultStatus.Failed,
    };
}
