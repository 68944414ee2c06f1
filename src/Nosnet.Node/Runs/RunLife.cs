using Microsoft.Extensions.Logging;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>The life of one run on this node: definition, execution, report, removal.</summary>
internal sealed partial class RunLife(
    ActiveRun run,
    IContainerEngine engine,
    ImageStore images,
    ResourceStore resources,
    Leftovers leftovers,
    GpuPool gpus,
    KeptResults kept,
    LogisticsCalls calls,
    RunSettings settings,
    IRunReporter reporter,
    TimeProvider time,
    ILogger logger)
{
    // A node that waits earns nothing meanwhile.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(5);

    private readonly Lock _progress = new();
    private Task _begun = Task.CompletedTask;
    private Task? _cleared;

    /// <summary>Lives it to its end, or until it is left or abandoned.</summary>
    /// <param name="adopted">Whether an earlier process began it.</param>
    /// <param name="ended">Called when nothing is left to do for it.</param>
    public async Task LiveAsync(bool adopted, Action ended)
    {
        try
        {
            var outcome = await TryExecuteAsync(adopted).ConfigureAwait(false);
            gpus.Release(run.Key);
            run.Finish();
            run.Log.Complete();
            await ReportAsync(outcome).ConfigureAwait(false);
            LogEnded(run.Key.Run, run.Key.Epoch, outcome.Reason);
        }
        catch (OperationCanceledException) when (run.Leaving.IsCancellationRequested)
        {
            if (!run.IsAbandoned)
                return; // Everything stays for the process that comes after this one.
        }
        catch (RunRefusedException e)
        {
            LogRefused(run.Key.Run, run.Key.Epoch, e.Message);
        }
        catch (Exception e)
        {
            // Whatever it was, the run keeps neither its containers nor its cards nor its place.
            LogFailed(Masked(e), run.Key.Run, run.Key.Epoch);
        }
        finally
        {
            await _begun.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        try
        {
            await (_cleared ?? RemoveAsync()).ConfigureAwait(false);
            run.Files.Delete();
        }
        finally
        {
            // Where it was given up, its containers are gone only now.
            gpus.Release(run.Key);
            ended();
        }
    }

    private async Task<RunOutcome> TryExecuteAsync(bool adopted)
    {
        try
        {
            if (adopted && run.Files.ReadStub() is { Logistics: { } logistics })
                run.Confidential = new ConfidentialJob(logistics, isGiven: true);
            return adopted && run.Files.ReadOutcome(run.State) is { } earlier ? earlier : await ExecuteAsync(adopted).ConfigureAwait(false);
        }
        catch (Exception e) when (IsFailure(e))
        {
            LogFailed(Masked(e), run.Key.Run, run.Key.Epoch);
            return Unrun(EndReason.NodeFailed, $"The node could not run the job: {e.Message}");
        }
    }

    /// <summary>What an engine says of a failure may have the arguments in it.</summary>
    private Exception Masked(Exception e) => run.Log.Mask.IsEmpty ? e : new InvalidOperationException(run.Log.Mask.Apply(e.ToString()));

    private async Task<RunOutcome> ExecuteAsync(bool adopted)
    {
        JobDefinition definition;
        try
        {
            definition = adopted ? run.Files.ReadDefinition() : await FetchAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is DefinitionUnavailableException or InvalidDefinitionException)
        {
            return Unrun(EndReason.DefinitionUnavailable, e.Message);
        }
        catch (LogisticsException e)
        {
            return Unrun(EndReason.DefinitionUnavailable, e.Message, e.Status);
        }
        catch (OperationCanceledException) when (run.Early is not null && !run.Leaving.IsCancellationRequested)
        {
            return Unrun(run.Early.Reason, run.Early.Sentence, ResultStatus.Stopped);
        }
        var secrets = await SecretsAsync(definition).ConfigureAwait(false);
        run.Log.Mask = secrets.Mask;
        var existing = adopted
            ? await leftovers.StartedContainersAsync(run.Key, run.Leaving).ConfigureAwait(false)
            : new Dictionary<int, ContainerSnapshot>();
        GpuGrant? cards = null;
        if (JobRequirements.Of(definition) is { Gpu: true } && gpus.HasAny)
            cards = await TakeGpusAsync().ConfigureAwait(false);
        run.Services.Await(existing.Where(container => !container.Value.HasEnded && Exposes(definition, container.Key)).Select(container => container.Key));
        var context = new RunContext(RunIdentity.Of(run.Assignment), definition, settings, engine, images, run.Log, time)
        {
            Resources = new RunResources(RunIdentity.Of(run.Assignment), settings, engine, resources, run.Log),
            Services = run.Services,
            Secrets = secrets,
            Stats = run.Stats,
            Gpus = cards,
            Earlier = adopted ? run.Files.ReadProgress() : null,
        };
        using var execution = new RunExecution(context);
        context.Changed = () => SaveProgress(execution);
        run.Begin(execution);
        return await execution.ExecuteAsync(existing, StartingAsync, run.Leaving).ConfigureAwait(false);
    }

    /// <summary>Its graphics cards, as soon as an earlier run has left them; written down, so that a later process gives them to no other.</summary>
    private async Task<GpuGrant> TakeGpusAsync()
    {
        var cards = await gpus.TakeAsync(run.Key, run.Leaving).ConfigureAwait(false);
        await _begun.ConfigureAwait(false);
        run.Hold([.. cards.Devices.Select(d => d.Index)]);
        return cards;
    }

    private static bool Exposes(JobDefinition definition, int operation) => definition.Ops[operation] is ContainerRun { Expose.Count: > 0 };

    /// <summary>Before anything of them can be written: also of containers that have been running all the while.</summary>
    private async Task<JobSecrets> SecretsAsync(JobDefinition definition)
    {
        if (SecretNames.In(definition).Count == 0)
            return JobSecrets.None;
        return JobSecrets.Of(await reporter.GetSecretsAsync(run.Key.Run, run.Key.Epoch, run.Leaving).ConfigureAwait(false), run.Files);
    }

    private void SaveProgress(RunExecution execution)
    {
        try
        {
            // Together, so that no older state is written over a newer one.
            lock (_progress)
                run.Files.SaveProgress(execution.Snapshot());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotSaved(e, run.Key.Run, run.Key.Epoch);
        }
    }

    private async Task<JobDefinition> FetchAsync()
    {
        var bytes = await reporter.GetDefinitionAsync(run.Assignment.Definition, run.Leaving).ConfigureAwait(false);
        var parsed = JobDefinitionParser.Parse(bytes);
        if (parsed is { IsValid: true, Definition.Logistics: { } logistics })
            return await FetchConfidentialAsync(new ConfidentialJob(logistics, isGiven: false), bytes).ConfigureAwait(false);
        // Beside the work: a crash before it is on disk means no more than to begin again.
        _begun = Task.Run(() => run.Files.Begin(run.State, bytes));
        return parsed.OrThrow();
    }

    private async Task<JobDefinition> FetchConfidentialAsync(ConfidentialJob job, byte[] stub)
    {
        run.Files.SaveStub(stub);
        run.Confidential = job;
        var taken = false;
        try
        {
            var given = await GivenAsync(job).ConfigureAwait(false);
            var parsed = JobDefinitionParser.Parse(given);
            if (parsed is not { IsValid: true, Definition.Ops.Count: > 0 })
                throw new LogisticsException("The job's definition, as it was given to the node, cannot be run.", ResultStatus.ValidationError);
            // On disk before its owner hears that it was received.
            await Task.Run(() => run.Files.Begin(run.State, given)).ConfigureAwait(false);
            taken = true;
            return parsed.OrThrow();
        }
        finally
        {
            job.Answer(taken);
        }
    }

    private async Task<byte[]> GivenAsync(ConfidentialJob job)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(run.Leaving, run.Stopped);
        if (job.Logistics.Send is { Kind: LogisticsKind.Api, Endpoint: { } endpoint })
            return await calls.GetDefinitionAsync(endpoint, run.Assignment.Job, either.Token).ConfigureAwait(false);
        var timeout = TimeSpan.FromSeconds(run.Assignment.TimeoutSeconds);
        run.Log.Append(LogKind.Info, "Waits for the job's definition, which its owner sends to this node");
        try
        {
            return await job.Given.WaitAsync(timeout < LongestWait ? timeout : LongestWait, time, either.Token).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new LogisticsException("The job's definition was not sent to the node in time.", ResultStatus.LogisticsError);
        }
    }

    private async Task<TimeSpan> StartingAsync(CancellationToken cancellationToken)
    {
        if (run.State.Deadline is { } deadline)
            return deadline - time.GetUtcNow();
        var remaining = await reporter.StartingAsync(run.Key.Run, run.Key.Epoch, cancellationToken).ConfigureAwait(false);
        await _begun.ConfigureAwait(false);
        run.Accept(remaining, time.GetUtcNow());
        return remaining;
    }

    private async Task ReportAsync(RunOutcome outcome)
    {
        // The end goes to disk, and then what is left goes away, while the network is told: neither may delay the other.
        _cleared = SaveAndClearAsync(outcome);
        try
        {
            var result = await ComposeAsync(outcome.Result).ConfigureAwait(false);
            if (run.Confidential is { } job)
                result = await HandOverAsync(job, result).ConfigureAwait(false);
            var end = new RunEnd(outcome.Reason, result, outcome.ContainersEndedAt);
            while (!await TryTellAsync(end).ConfigureAwait(false))
                await Task.Delay(RetryPause, time, run.Leaving).ConfigureAwait(false);
        }
        finally
        {
            await _cleared.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The result with its logs; without them where they cannot be read: how the job ended counts.</summary>
    private async Task<JobResult> ComposeAsync(JobResult result)
    {
        try
        {
            return await ResultComposer.ComposeAsync(result, run.Log, run.Leaving).ConfigureAwait(false);
        }
        catch (Exception e) when (IsFailure(e))
        {
            LogFailed(Masked(e), run.Key.Run, run.Key.Epoch);
            return result;
        }
    }

    /// <summary>Gives the result of a confidential job to its owner alone. What it answers is for everybody: that the job has ended, and when.</summary>
    private async Task<JobResult> HandOverAsync(ConfidentialJob job, JobResult result)
    {
        var isOfLogistics = result.Status == ResultStatus.LogisticsError || result.Status == ResultStatus.ValidationError;
        var shown = new JobResult { Status = result.Status, StartTime = result.StartTime, EndTime = result.EndTime, Errors = isOfLogistics ? result.Errors : null, Operations = [] };
        var document = result.ToUtf8Bytes();
        try
        {
            await Task.Run(() => kept.Keep(run.Key.Run, document)).ConfigureAwait(false);
            if (job.Logistics.Receive is { Kind: LogisticsKind.Api, Endpoint: { } endpoint })
                await calls.DeliverAsync(endpoint, run.Assignment.Job, document, run.Leaving).ConfigureAwait(false);
            return shown;
        }
        catch (LogisticsException e)
        {
            return shown with { Status = e.Status, Errors = [Sentence($"{e.Message} The node keeps it for an hour, for the job's owner to collect.")] };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotSaved(e, run.Key.Run, run.Key.Epoch);
            return shown with { Status = ResultStatus.LogisticsError, Errors = [Sentence("The job's result is lost: the node had no place for it on disk.")] };
        }
    }

    private static AnyJson Sentence(string text) => AnyJson.Parse($"\"{System.Text.Json.JsonEncodedText.Encode(text)}\"");

    private async Task<bool> TryTellAsync(RunEnd end)
    {
        try
        {
            await reporter.FinishedAsync(run.Key.Run, run.Key.Epoch, end, run.Leaving).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (IsFailure(e))
        {
            LogNotReported(e, run.Key.Run, run.Key.Epoch);
            return false;
        }
    }

    private async Task SaveAndClearAsync(RunOutcome outcome)
    {
        // Where its beginning could not be written, its end can be all the same, and its containers must go.
        await _begun.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            await Task.Run(() => run.Files.Save(run.State, outcome)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotSaved(e, run.Key.Run, run.Key.Epoch);
        }
        await RemoveAsync().ConfigureAwait(false);
    }

    // A call that ran out of time is a failure; only the end of the work on this run is not.
    private bool IsFailure(Exception e) =>
        e is not RunRefusedException && !(e is OperationCanceledException && run.Leaving.IsCancellationRequested);

    private async Task RemoveAsync()
    {
        try
        {
            await leftovers.RemoveAsync(run.Key, CancellationToken.None).ConfigureAwait(false);
        }
        catch (EngineException e)
        {
            LogNotRemoved(e, run.Key.Run, run.Key.Epoch);
        }
    }

    private RunOutcome Unrun(EndReason reason, string why, ResultStatus? status = null)
    {
        why = run.Log.Mask.Apply(why);
        run.Log.Append(LogKind.Error, why);
        return new RunOutcome(reason, null, new JobResult
        {
            Status = status ?? ResultStatus.InitError,
            StartTime = time.GetUtcNow(),
            EndTime = time.GetUtcNow(),
            Errors = [Sentence(why)],
            Operations = [],
        });
    }

    [LoggerMessage(20, LogLevel.Information, "Run {Run}, epoch {Epoch}, ended: {Reason}")]
    private partial void LogEnded(RunAddress run, int epoch, EndReason reason);

    [LoggerMessage(21, LogLevel.Warning, "The network refused run {Run}, epoch {Epoch}: {Words}")]
    private partial void LogRefused(RunAddress run, int epoch, string words);

    [LoggerMessage(22, LogLevel.Error, "Run {Run}, epoch {Epoch}, failed on this node")]
    private partial void LogFailed(Exception exception, RunAddress run, int epoch);

    [LoggerMessage(23, LogLevel.Warning, "What run {Run}, epoch {Epoch}, has left could not be removed; it is tried again within a minute")]
    private partial void LogNotRemoved(Exception exception, RunAddress run, int epoch);

    [LoggerMessage(24, LogLevel.Error, "The end of run {Run}, epoch {Epoch}, could not be reported; it is tried again in a few seconds")]
    private partial void LogNotReported(Exception exception, RunAddress run, int epoch);

    [LoggerMessage(25, LogLevel.Error, "What became of run {Run}, epoch {Epoch}, could not be written to disk")]
    private partial void LogNotSaved(Exception exception, RunAddress run, int epoch);
}
