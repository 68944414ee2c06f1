using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>Keeps the index of exposed ports at what the engine says: whole at the start, job by job from then on.</summary>
internal sealed partial class ServiceUpkeep(NetworkEngine engine, ServiceIndex index, ServiceLists lists, ILogger<ServiceUpkeep> logger) : BackgroundService
{
    /// <summary>Stands for every job: no job has this key.</summary>
    private const long AllJobs = 0;

    // Unbounded, yet no longer than there are jobs: each stands in it once.
    private readonly Channel<long> _changed = Channel.CreateUnbounded<long>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Lock _lock = new();

    // The row that each of them has now; null where it has to be read.
    private readonly Dictionary<long, Job?> _waiting = [];

    /// <summary>Knows every running job before the server takes its first request.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        engine.Committed += OnCommitted;
        engine.Missed += OnMissed;
        await UpdateAllAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var key in _changed.Reader.ReadAllAsync(stoppingToken))
            {
                Job? known;
                lock (_lock)
                    _waiting.Remove(key, out known);
                try
                {
                    if (key == AllJobs)
                        await UpdateAllAsync(stoppingToken);
                    else if ((known ?? await engine.Read.JobAsync(key, stoppingToken)) is { } job)
                        await UpdateAsync(job, stoppingToken);
                }
                catch (Exception failure) when (failure is not OperationCanceledException)
                {
                    // The next change of the job, or the next start, makes up for it.
                    LogFailed(failure, key);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
        finally
        {
            engine.Committed -= OnCommitted;
            engine.Missed -= OnMissed;
        }
    }

    private void OnMissed() => OnCommitted(new Committed([AllJobs], [], ApiKeysChanged: false));

    private void OnCommitted(Committed committed)
    {
        lock (_lock)
        {
            if (committed.JobRows is null)
            {
                foreach (var key in committed.Jobs)
                    Await(key, null);
                return;
            }

            // What never ran exposes nothing, and most of what is committed in a busy network is posted only.
            foreach (var job in committed.JobRows.Where(static job => job.Epoch > 0))
                Await(job.Key, job);
        }
    }

    private void Await(long key, Job? row)
    {
        if (!_waiting.ContainsKey(key))
            _changed.Writer.TryWrite(key);
        _waiting[key] = row;
    }

    private async Task UpdateAllAsync(CancellationToken cancellation)
    {
        var known = index.Jobs.ToHashSet();
        foreach (var node in (await engine.NodesAsync(cancellation)).Where(n => n.Running > 0))
        {
            foreach (var job in await engine.Read.RunningJobsAsync(node.Key, cancellation))
            {
                await UpdateAsync(job, cancellation);
                known.Remove(job.Key);
            }
        }

        foreach (var over in known)
        {
            if (await engine.Read.JobAsync(over, cancellation) is { } job)
                await UpdateAsync(job, cancellation);
        }
    }

    private async ValueTask UpdateAsync(Job job, CancellationToken cancellation)
    {
        if (await lists.OfRunAsync(job, cancellation) is { } list)
            index.Add(job.Key, list);
        else
            index.Remove(job.Key);
    }

    [LoggerMessage(1, LogLevel.Error, "The exposed ports of job {Job} could not be read.")]
    private partial void LogFailed(Exception failure, long job);
}
