namespace Nosnet.Node;

/// <summary>
/// Follows a container to its end and brings what it writes into the log, whatever happens to the connection to the engine.
/// </summary>
internal sealed class ContainerWatch(IContainerEngine engine, OperationLog log, TimeProvider time)
{
    private static readonly TimeSpan EndAfterOutput = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LookPause = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Follows a container to which it was attached before the start.</summary>
    /// <param name="container">The container.</param>
    /// <param name="output">What it writes.</param>
    /// <param name="again">
    /// It ran before: clearing away that time late, Podman may end this output early, so that the engine's own log is read as well.
    /// </param>
    /// <param name="cancellationToken">Leaves the container as it is.</param>
    public async Task<ContainerSnapshot> WatchAsync(
        string container, ContainerOutput output, bool again, CancellationToken cancellationToken)
    {
        Task<ContainerSnapshot>? ending = null;
        try
        {
            if (await PumpAsync(container, output, cancellationToken).ConfigureAwait(false))
            {
                ending = EndAsync(container, cancellationToken);
                if (await IsSoonAsync(ending, cancellationToken).ConfigureAwait(false) && !again)
                {
                    log.Complete();
                    return await ending.ConfigureAwait(false);
                }
            }
        }
        catch (EngineException)
        {
            // The engine went away, or was restarted; its containers live on, and it has their output on disk.
            ending = null;
        }
        return await FollowAsync(container, ending ?? EndAsync(container, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Follows a container by the engine's own log of it: one that an earlier process of this node started, or that has ended.
    /// </summary>
    public Task<ContainerSnapshot> FollowAsync(string container, CancellationToken cancellationToken) =>
        FollowAsync(container, EndAsync(container, cancellationToken), cancellationToken);

    private async Task<ContainerSnapshot> FollowAsync(string container, Task<ContainerSnapshot> ending, CancellationToken cancellationToken)
    {
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var following = FollowLogAsync(container, reading.Token);
        ContainerSnapshot end;
        try
        {
            end = await ending.ConfigureAwait(false);
        }
        finally
        {
            // The following does not come to an end by itself with every engine once the container has.
            await reading.CancelAsync().ConfigureAwait(false);
            await following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await PatientlyAsync(() => ReadLogAsync(container, follow: false, cancellationToken), cancellationToken).ConfigureAwait(false);
        log.Complete();
        return end;
    }

    /// <summary>Takes the output to its end; false where the container ended and the output does not.</summary>
    private async Task<bool> PumpAsync(string container, ContainerOutput output, CancellationToken cancellationToken)
    {
        using var pumping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pump = TakeAllAsync(output, pumping.Token);
        try
        {
            while (await Task.WhenAny(pump, Task.Delay(LookPause, time, pumping.Token)).ConfigureAwait(false) != pump)
            {
                if (await engine.InspectContainerAsync(container, cancellationToken).ConfigureAwait(false) is not { HasEnded: true })
                    continue;
                await Task.WhenAny(pump, Task.Delay(EndAfterOutput, time, cancellationToken)).ConfigureAwait(false);
                if (!pump.IsCompleted)
                    return false;
            }
        }
        finally
        {
            if (!pump.IsCompleted)
            {
                await pumping.CancelAsync().ConfigureAwait(false);
                await pump.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        await pump.ConfigureAwait(false);
        await pumping.CancelAsync().ConfigureAwait(false);
        return true;
    }

    private async Task TakeAllAsync(ContainerOutput output, CancellationToken cancellationToken)
    {
        while (await output.ReadAsync(cancellationToken).ConfigureAwait(false) is { } piece)
            log.Take(piece);
    }

    private Task<ContainerSnapshot> EndAsync(string container, CancellationToken cancellationToken) =>
        PatientlyAsync(() => engine.WaitForEndAsync(container, cancellationToken), cancellationToken);

    /// <summary>Whether a container whose output has ended comes to its end: it may go on, having closed its output or lost its engine.</summary>
    private async Task<bool> IsSoonAsync(Task<ContainerSnapshot> ending, CancellationToken cancellationToken)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(ending, Task.Delay(EndAfterOutput, time, waiting.Token)).ConfigureAwait(false);
        await waiting.CancelAsync().ConfigureAwait(false);
        return ending.IsCompleted;
    }

    private async Task FollowLogAsync(string container, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await ReadLogAsync(container, follow: true, cancellationToken).ConfigureAwait(false);
            }
            catch (EngineException)
            {
                // It may come back; whether the container is still there is for the wait beside this to find out.
            }
            await Task.Delay(RetryPause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<bool> ReadLogAsync(string container, bool follow, CancellationToken cancellationToken)
    {
        await using var output = await engine.ReadLogAsync(container, follow, cancellationToken).ConfigureAwait(false);
        log.Rewind();
        await TakeAllAsync(output, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async Task<T> PatientlyAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            try
            {
                return await call().ConfigureAwait(false);
            }
            catch (EngineException e) when (e.IsUnreachable && time.GetElapsedTime(began) < Patience)
            {
                await Task.Delay(RetryPause, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
