using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>One run of a job on this machine: its images, its operations in their order, its end.</summary>
internal sealed class RunExecution : IDisposable
{
    private readonly RunContext _run;
    private readonly OperationGraph _graph;
    private readonly RunDeadline _deadline;
    private readonly DateTimeOffset _began;

    public RunExecution(RunContext run)
    {
        _run = run;
        _graph = new OperationGraph(run.Definition, run.Earlier);
        _deadline = new RunDeadline(run.Time, () => run.Halt(Halt.TimedOut));
        _began = run.Time.GetUtcNow();
    }

    /// <summary>How far it is.</summary>
    public RunPhase Phase { get; private set; }

    /// <summary>Brings it to its end.</summary>
    public void Stop(Halt halt) => _run.Halt(halt);

    /// <summary>The operations as they stand.</summary>
    public JobResult Snapshot() => _run.Secrets.Mask.Apply(new JobResult
    {
        Status = ResultStatus.Running,
        StartTime = _began,
        Operations = [.. _graph.Controls.Select(control => control.Snapshot())],
    });

    /// <summary>Stops or starts again one operation, or all of a group that have not ended; the job goes on. Says which.</summary>
    /// <param name="group">The group; an operation without one is a group by itself.</param>
    /// <param name="operation">The operation; null: all of the group.</param>
    /// <param name="command">What shall become of them.</param>
    public OperationAnswer Command(string group, string? operation, OperationCommand command)
    {
        var meant = _graph.Controls.Where(control =>
            control.Planned.Group == group && (operation is null || control.Planned.Operation.Id == operation)).ToArray();
        if (meant.Length == 0)
            return new OperationAnswer(IsKnown: false, []);
        string[] moved = [.. (command switch
        {
            OperationCommand.Stop => meant.Where(control => control.Stop(Halt.OfOperation($"{control.Planned.Operation.Id} was stopped by the job's owner."))),
            OperationCommand.Restart => meant.Where(control => control.Restart()),
            _ => _graph.Before(group).Where(control => control.Stop(Halt.OfOperation($"The job's owner had the job go on with the group {group}."))),
        }).Select(control => control.Planned.Operation.Id)];
        if (moved.Length > 0)
            _run.Changed();
        return new OperationAnswer(IsKnown: true, moved);
    }

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
        foreach (var (index, sentence) in UnsupportedFeatures.Of(_run.Definition, _run.Gpus is not null))
            Fail(_graph.Controls[index], new Halt(EndReason.NodeFailed, sentence), ResultError.Operation);
        await FetchAsync(existing, cancellationToken).ConfigureAwait(false);
        if (_run.Reason is null)
            await RunStagesAsync(existing, starting, cancellationToken).ConfigureAwait(false);
        if (_run.Reason == Halt.DiskFull)
            await _run.Disk.SettleAsync(cancellationToken).ConfigureAwait(false);
        Phase = RunPhase.Finishing;
        return Outcome();
    }

    public void Dispose()
    {
        _deadline.Dispose();
        _run.Dispose();
    }

    /// <summary>Gets what containers are made of before time begins to count: images, then resources.</summary>
    private async Task FetchAsync(IReadOnlyDictionary<int, ContainerSnapshot> existing, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _run.Halting);
        foreach (var control in _graph.Controls)
        {
            if (_run.Reason is not null)
                return;
            if (control.Planned.Operation is not ContainerRun operation || existing.ContainsKey(control.Planned.Index))
                continue;
            try
            {
                // What another operation's results stand for is known only when the operation begins.
                var known = OperationLiterals.TryFill(operation, Scope().Find) ?? operation;
                if (!OperationLiterals.AnyInImage(known))
                    await _run.PullAsync(known, either.Token).ConfigureAwait(false);
                if (!OperationLiterals.AnyInResources(known))
                    await _run.Resources.FetchAsync(control.Planned.Index, known, either.Token).ConfigureAwait(false);
            }
            catch (ResourceException e)
            {
                Fail(control, FetchFailed(operation.Id, e), ResultError.Resource, (int?)e.Status);
            }
            catch (PolicyException e)
            {
                Fail(control, new Halt(EndReason.RefusedByPolicy, e.Message), ResultError.Operation);
            }
            catch (EngineException e)
            {
                Fail(control, PullFailed(operation.Image, e), ResultError.ImagePull, (int?)e.Status);
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
            foreach (var stage in _graph.Stages.TakeWhile(_ => _run.Reason is null))
            {
                var operations = stage.Where(control => !control.Ended.IsCompleted).Select(
                    control => RunAsync(control, existing.GetValueOrDefault(control.Planned.Index), accepted, cancellationToken));
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
        if (existing.Count > 0 || !_run.Definition.Ops.Any(operation => operation is ContainerRun))
            return;
        var labels = _run.Identity.Labels(_run.Settings.Labels);
        try
        {
            await _run.Engine.CreateNetworkAsync(_run.Identity.Network, labels, _run.Settings.Policy.Egress, cancellationToken).ConfigureAwait(false);
        }
        catch (EngineException e)
        {
            // What an earlier process of this node had asked for may be made only now: it is the same.
            if (!e.IsUnreachable && (await _run.Engine.ListAsync(EngineObjectKind.Network, labels, cancellationToken).ConfigureAwait(false)).Count > 0)
                return;
            _run.Halt(new Halt(EndReason.NodeFailed, $"The network of the job could not be made: {e.Message}"));
        }
    }

    private async Task AcceptAsync(Func<CancellationToken, Task<TimeSpan>> starting, CancellationToken cancellationToken)
    {
        _deadline.Set(await starting(cancellationToken).ConfigureAwait(false));
        Phase = RunPhase.Running;
    }

    private async Task RunAsync(OperationControl control, ContainerSnapshot? existing, Task accepted, CancellationToken cancellationToken)
    {
        OperationResult? result = null;
        try
        {
            // What runs already has waited before.
            if (existing is null && await _graph.MissingAsync(control, cancellationToken).ConfigureAwait(false) is { } missing)
                result = Skip(control, missing);
            else if (control.Halt is { } halt && existing is null)
                result = OperationResults.NotBegun(control.Planned, halt);
            else
                result = await _graph.FollowAsync(control, WorkAsync(control, existing, accepted, cancellationToken)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The others of the stage must not wait for what will never come.
            _run.Halt(new Halt(EndReason.NodeFailed, $"The node failed to run {control.Planned.Operation.Id}: {e.Message}"));
            throw;
        }
        finally
        {
            control.End(result);
        }
        // Of the last one the whole result is written in a moment.
        if (_graph.Controls.Any(other => !other.Ended.IsCompleted))
            _run.Changed();
    }

    private OperationResult? Skip(OperationControl control, OperationControl missing)
    {
        // Where the run comes to its end, why is known only then.
        if (_run.Reason is not null)
            return null;
        var skipped = OperationResults.NotBegun(control.Planned, Halt.OfOperation(OperationGraph.DependencyMissing(missing)));
        _run.Log.Append(LogKind.Info, $"{control.Planned.Operation.Id}: {skipped.Diagnostics.Reason.Reason}", control.Planned.Operation.Id);
        return skipped;
    }

    private Task<OperationResult> WorkAsync(
        OperationControl control, ContainerSnapshot? existing, Task accepted, CancellationToken cancellationToken)
    {
        control.MoveTo(OperationPhase.Starting);
        return control.Planned.Operation switch
        {
            CreateVolume volume => CreateVolumeAsync(control, volume, accepted, cancellationToken),
            ContainerRun operation => RunContainerAsync(control, operation, existing, accepted, cancellationToken),
            _ => throw new InvalidOperationException($"There is no way to run {control.Planned.Operation.GetType()}."),
        };
    }

    private async Task<OperationResult> RunContainerAsync(
        OperationControl control, ContainerRun operation, ContainerSnapshot? existing, Task accepted, CancellationToken cancellationToken)
    {
        var (filled, failure) = await FillAsync(control, operation, existing is not null, cancellationToken).ConfigureAwait(false);
        if (failure is not null)
            return failure;
        if (existing is { HasEnded: false, IsFresh: false })
            _run.Log.Append(LogKind.Info, $"Took up {operation.Id} again after a restart of the node", operation.Id);
        var result = await new OperationRun(_run, control, filled).RunAsync(accepted, existing, cancellationToken).ConfigureAwait(false);
        if (existing is not { HasEnded: true } || control.Restarts > 0)
            Report(control.Planned, result);
        // What never had a container has nothing to be read from.
        return result.ProviderId is null
            ? result
            : result with { Results = await ResultExtraction.OfAsync(control.Planned, _run.Log, _run.Results, cancellationToken).ConfigureAwait(false) };
    }

    private async Task<(ContainerRun Filled, OperationResult? Failure)> FillAsync(
        OperationControl control, ContainerRun operation, bool exists, CancellationToken cancellationToken)
    {
        var merged = OperationLiterals.Merge(operation, _run.Definition.Global);
        if (!OperationLiterals.Any(merged) && _run.Services.TryCount(control.Planned.Index, merged))
            return (merged, null);
        Halt halt;
        try
        {
            var filled = OperationLiterals.Fill(merged, Scope().Find);
            if (!_run.Services.TryCount(control.Planned.Index, filled))
                throw new LiteralException($"With its ports the job would expose more than {DefinitionLimits.ExposedPorts}. Let fewer come of its literals.");
            if (!exists)
                await FetchAsync(control, operation, filled, cancellationToken).ConfigureAwait(false);
            return (filled, null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (merged, OperationResults.NotBegun(control.Planned, _run.Reason ?? control.Halt));
        }
        catch (LiteralException) when (exists)
        {
            // Its container was made by an earlier process, which had the values.
            return (merged, null);
        }
        catch (LiteralException e)
        {
            halt = new Halt(EndReason.OperationFailed, $"The operation {operation.Id} could not be begun: {e.Message}");
            _run.Halt(halt);
            return (merged, Failed(control, halt, ResultError.Operation, null));
        }
        catch (PolicyException e)
        {
            halt = new Halt(EndReason.RefusedByPolicy, e.Message);
            _run.Halt(halt);
            return (merged, Failed(control, halt, ResultError.Operation, null));
        }
        catch (ResourceException e)
        {
            halt = FetchFailed(operation.Id, e);
            _run.Halt(halt);
            return (merged, Failed(control, halt, ResultError.Resource, (int?)e.Status));
        }
        catch (EngineException e)
        {
            halt = PullFailed(operation.Image, e);
            _run.Halt(halt);
            return (merged, Failed(control, halt, ResultError.ImagePull, (int?)e.Status));
        }
    }

    private LiteralScope Scope() =>
        new(_run.Identity, _run.Settings.Node, _run.Definition, id => _graph.Find(id)?.Result?.Results, _run.Secrets);

    /// <summary>Gets what the literals of an operation have turned out to mean; broken off when it, or all, shall end.</summary>
    private async Task FetchAsync(OperationControl control, ContainerRun operation, ContainerRun filled, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _run.Halting);
        var fetching = GetAsync(either.Token);
        if (await Task.WhenAny(fetching, control.Told).ConfigureAwait(false) != fetching)
            await either.CancelAsync().ConfigureAwait(false);
        await fetching.ConfigureAwait(false);

        async Task GetAsync(CancellationToken token)
        {
            if (filled.Image != operation.Image || filled.RegistryLogin != operation.RegistryLogin)
                await _run.PullAsync(filled, token).ConfigureAwait(false);
            await _run.Resources.FetchAsync(control.Planned.Index, filled, token).ConfigureAwait(false);
        }
    }

    /// <summary>Why a resource that cannot be had brings the job to its end.</summary>
    public static Halt FetchFailed(string operation, ResourceException e) =>
        new(EndReason.ResourceFailed, $"A resource of {operation} could not be downloaded: {e.Message}");

    private static Halt PullFailed(string image, EngineException e) =>
        new(EndReason.ImagePullFailed, $"The image {image} could not be pulled: {e.Message}");

    private async Task<OperationResult> CreateVolumeAsync(
        OperationControl control, CreateVolume volume, Task accepted, CancellationToken cancellationToken)
    {
        var from = _run.Time.GetUtcNow();
        try
        {
            await _run.CreateVolumeAsync(volume.Name, cancellationToken).ConfigureAwait(false);
        }
        catch (EngineException e)
        {
            var halt = new Halt(EndReason.OperationFailed, $"The volume {volume.Name} could not be made: {e.Message}");
            _run.Halt(halt);
            return Failed(control, halt, ResultError.ContainerRuntime, (int?)e.Status);
        }
        await accepted.ConfigureAwait(false);
        return OperationResults.Done(control.Planned, from, _run.Time.GetUtcNow());
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

    private void Fail(OperationControl control, Halt halt, string step, int? code = null)
    {
        control.End(Failed(control, halt, step, code));
        _run.Halt(halt);
    }

    private OperationResult Failed(OperationControl control, Halt halt, string step, int? code) =>
        OperationResults.Failed(control.Planned, _run.Time.GetUtcNow(), step, halt.Sentence, code);

    private RunOutcome Outcome()
    {
        var operations = _graph.Controls.Select(control => control.Result ?? _graph.NeverBegun(control, _run.Reason)).ToArray();
        // A stop that comes when everything has ended well comes too late to be the reason.
        var reason = _run.Reason is not { } halt || operations.All(OperationResults.IsWell) ? EndReason.Completed : halt.Reason;
        var ended = operations.Where(operation => operation.ProviderId is not null).Max(operation => operation.EndTime);
        return new RunOutcome(reason, ended, _run.Secrets.Mask.Apply(new JobResult
        {
            Status = Status(reason),
            StartTime = operations.Min(operation => operation.StartTime) ?? _began,
            EndTime = ended ?? _run.Time.GetUtcNow(),
            Operations = [.. operations],
        }));
    }

    private static ResultStatus Status(EndReason reason) => reason switch
    {
        EndReason.Completed => ResultStatus.Success,
        EndReason.StoppedByOwner or EndReason.TimedOut => ResultStatus.Stopped,
        _ => ResultStatus.Failed,
    };
}
