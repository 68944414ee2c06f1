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
    public async Task<ContainerSnapshot> WatchAsync(string container, ContainerOutput output, CancellationToken cancellationToken)
    {
        try
        {
            if (await PumpAsync(container, output, cancellationToken).ConfigureAwait(false))
            {
                var end = await EndSoonAsync(container, cancellationToken).ConfigureAwait(false);
                if (end is not null)
                {
                    log.Complete();
                    return end;
                }
            }
        }
        catch (EngineException)
        {
            // The engine went away, or was restarted; its containers live on, and it has their output on disk.
        }
        return await FollowAsync(container, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Follows a container by the engine's own log of it: one that an earlier process of this node started, or that has ended.
    /// </summary>
    public async Task<ContainerSnapshot> FollowAsync(string container, CancellationToken cancellationToken)
    {
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var following = FollowLogAsync(container, reading.Token);
        ContainerSnapshot end;
        try
        {
            end = await PatientlyAsync(() => engine.WaitForEndAsync(container, cancellationToken), cancellationToken).ConfigureAwait(false);
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

    /// <summary>
    /// The end of a container whose output has ended; null where it goes on, having closed its output or lost its engine.
    /// </summary>
    private async Task<ContainerSnapshot?> EndSoonAsync(string container, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(EndAfterOutput, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await engine.WaitForEndAsync(container, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
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
