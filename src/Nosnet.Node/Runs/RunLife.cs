using Microsoft.Extensions.Logging;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>The life of one run on this node: definition, execution, report, removal.</summary>
internal sealed partial class RunLife(
    ActiveRun run,
    IContainerEngine engine,
    ImageStore images,
    Leftovers leftovers,
    RunSettings settings,
    IRunReporter reporter,
    TimeProvider time,
    ILogger logger)
{
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
            var outcome = adopted && run.Files.ReadOutcome(run.State) is { } earlier
                ? earlier
                : await TryExecuteAsync(adopted).ConfigureAwait(false);
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
        finally
        {
            await _begun.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await (_cleared ?? RemoveAsync()).ConfigureAwait(false);
        try
        {
            run.Files.Delete();
        }
        finally
        {
            ended();
        }
    }

    private async Task<RunOutcome> TryExecuteAsync(bool adopted)
    {
        try
        {
            return await ExecuteAsync(adopted).ConfigureAwait(false);
        }
        catch (Exception e) when (IsFailure(e))
        {
            LogFailed(e, run.Key.Run, run.Key.Epoch);
            return Unrun(EndReason.NodeFailed, $"The node could not run the job: {e.Message}");
        }
    }

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
        var existing = adopted
            ? await leftovers.StartedContainersAsync(run.Key, run.Leaving).ConfigureAwait(false)
            : new Dictionary<int, ContainerSnapshot>();
        var context = new RunContext(RunIdentity.Of(run.Assignment), definition, settings, engine, images, run.Log, time)
        {
            Services = run.Services,
            Earlier = adopted ? run.Files.ReadProgress() : null,
        };
        using var execution = new RunExecution(context);
        context.Changed = () => SaveProgress(execution);
        run.Begin(execution);
        return await execution.ExecuteAsync(existing, StartingAsync, run.Leaving).ConfigureAwait(false);
    }

    private void SaveProgress(RunExecution execution)
    {
        try
        {
            // Together, so that no older state is written over a newer one.
            lock (_progress)
                run.Files.SaveProgress(execution.Snapshot());
        }
        catch (IOException e)
        {
            LogNotSaved(e, run.Key.Run, run.Key.Epoch);
        }
    }

    private async Task<JobDefinition> FetchAsync()
    {
        var bytes = await reporter.GetDefinitionAsync(run.Assignment.Definition, run.Leaving).ConfigureAwait(false);
        // Beside the work: a crash before it is on disk means no more than to begin again.
        _begun = Task.Run(() => run.Files.Begin(run.State, bytes));
        return JobDefinitionParser.Parse(bytes).OrThrow();
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
            var result = await ResultComposer.ComposeAsync(outcome.Result, run.Log, run.Leaving).ConfigureAwait(false);
            var end = new RunEnd(outcome.Reason, result, outcome.ContainersEndedAt);
            while (!await TryTellAsync(end).ConfigureAwait(false))
                await Task.Delay(RetryPause, time, run.Leaving).ConfigureAwait(false);
        }
        finally
        {
            await _cleared.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

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
        await _begun.ConfigureAwait(false);
        try
        {
            await Task.Run(() => run.Files.Save(run.State, outcome)).ConfigureAwait(false);
        }
        catch (IOException e)
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

    private RunOutcome Unrun(EndReason reason, string why)
    {
        run.Log.Append(LogKind.Error, why);
        return new RunOutcome(reason, null, new JobResult
        {
            Status = ResultStatus.InitError,
            StartTime = time.GetUtcNow(),
            EndTime = time.GetUtcNow(),
            Errors = [AnyJson.Parse($"\"{System.Text.Json.JsonEncodedText.Encode(why)}\"")],
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
