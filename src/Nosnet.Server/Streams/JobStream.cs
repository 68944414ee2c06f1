using Microsoft.Extensions.Logging;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>Follows one job for one listener: where it stands, its log, and its end.</summary>
internal sealed class JobStream(
    NetworkEngine engine, JobViews views, Names names, Tunnels tunnels, ContentFiles files, IJobListener listener, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan BeatPeriod = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan QueuePeriod = TimeSpan.FromSeconds(1);

    private const int LinesAtOnce = 256;

    private RunLogPump? _pump;
    private Task _pumping = Task.CompletedTask;
    private CancellationTokenSource? _pumpCancellation;

    public async Task RunAsync(Job job, LogPosition? from, CancellationToken cancellation)
    {
        using var subscription = engine.JobChanges.Subscribe(job.Key);
        using var beating = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var beat = BeatAsync(beating.Token);
        try
        {
            job = await FollowAsync(job.Key, from, subscription, cancellation);
            if (from is { } position)
                await FinishLogAsync(job, position, cancellation);
            await listener.EndAsync(job, cancellation);
        }
        finally
        {
            await EndPumpAsync();
            await beating.CancelAsync();
            await beat;
        }
    }

    /// <summary>Tells where the job stands until it has ended.</summary>
    private async Task<Job> FollowAsync(long key, LogPosition? from, ChangeSignals.Subscription subscription, CancellationToken cancellation)
    {
        JobProgress? told = null;
        var changed = subscription.WaitAsync(cancellation);
        while (true)
        {
            if (changed.IsCompleted)
            {
                await changed;
                changed = subscription.WaitAsync(cancellation);
            }

            // Read after the subscription was renewed, so that no change falls between.
            var job = await engine.Read.JobAsync(key, cancellation) ?? throw new InvalidOperationException($"Job {key} has vanished.");
            var progress = await ProgressAsync(job, cancellation);
            if (progress != told)
                await listener.StatusAsync(told = progress, cancellation);
            if (job.IsEnded)
                return job;
            if (from is { } position)
                await FollowLogAsync(job, position, cancellation);

            if (job.State is not JobState.Queued)
            {
                await changed;
                continue;
            }

            // The queue before it moves without a change of its own.
            using var tick = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            await Task.WhenAny(changed, Task.Delay(QueuePeriod, time, tick.Token));
            await tick.CancelAsync();
            cancellation.ThrowIfCancellationRequested();
        }
    }

    private async Task<JobProgress> ProgressAsync(Job job, CancellationToken cancellation) => new()
    {
        Status = job.State.Status(job.Reason),
        EndReason = job.Reason,
        Queue = await views.QueueAsync(job, cancellation),
        Node = job.Node == 0 ? null : await names.NodeAsync(job.Node, cancellation),
        Epoch = job.Epoch,
        StartedAt = job.StartedAt,
    };

    private async Task FollowLogAsync(Job job, LogPosition from, CancellationToken cancellation)
    {
        if (job.State is JobState.Running && _pump?.Epoch == job.Epoch)
            return;
        await EndPumpAsync();
        if (job.State is not JobState.Running)
            return;
        _pump = new RunLogPump(
            tunnels, await names.NodeAsync(job.Node, cancellation), engine.Addresses.Run(job.Key, job.Epoch), job.Epoch, from.Within(job.Epoch), listener, time, logger);
        _pumpCancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _pumping = _pump.RunAsync(_pumpCancellation.Token);
    }

    /// <summary>The lines that the reader still lacks once the job has ended.</summary>
    private async Task FinishLogAsync(Job job, LogPosition from, CancellationToken cancellation)
    {
        if (_pump?.Epoch == job.Epoch)
        {
            // However far behind the reader is: the node keeps the log for those who are at it.
            _pump.RunEnded();
            await _pumping;
            await EndPumpAsync();
            if (_pump.IsComplete)
                return;
        }

        var live = _pump?.Epoch == job.Epoch ? _pump : null;
        if (job.Result is not { } cid || await files.ReadAsync(cid, JobResult.MaxBytes, cancellation) is not { } bytes || !JobResult.TryParse(bytes, out var result, out _))
            return;
        foreach (var entries in ResultLines.After(result, live?.Last ?? from.Within(job.Epoch), live?.Sent).Chunk(LinesAtOnce))
            await listener.LogAsync(job.Epoch, entries, cancellation);
    }

    private async Task EndPumpAsync()
    {
        if (_pumpCancellation is null)
            return;
        await _pumpCancellation.CancelAsync();
        await _pumping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _pumpCancellation.Dispose();
        _pumpCancellation = null;
    }

    private async Task BeatAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(BeatPeriod, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation))
                await listener.BeatAsync(cancellation);
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException or System.Net.WebSockets.WebSocketException)
        {
            // The stream is over, or its reader has gone: whoever writes next finds out.
        }
    }
}
