using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>Keeps the index of exposed ports at what the engine says: whole at the start, job by job from then on.</summary>
internal sealed partial class ServiceUpkeep(NetworkEngine engine, ServiceIndex index, ServiceLists lists, ILogger<ServiceUpkeep> logger) : BackgroundService
{
    // Unbounded, yet no longer than there are jobs: each stands in it once.
    private readonly Channel<long> _changed = Channel.CreateUnbounded<long>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Lock _lock = new();
    private readonly HashSet<long> _waiting = [];

    /// <summary>Knows every running job before the server takes its first request.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        engine.Committed += OnCommitted;
        foreach (var node in await engine.Read.NodesAsync(cancellationToken))
        {
            foreach (var job in await engine.Read.RunningJobsAsync(node.Key, cancellationToken))
                await UpdateAsync(job, cancellationToken);
        }
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var key in _changed.Reader.ReadAllAsync(stoppingToken))
            {
                lock (_lock)
                    _waiting.Remove(key);
                try
                {
                    if (await engine.Read.JobAsync(key, stoppingToken) is { } job)
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
        }
    }

    private void OnCommitted(Committed committed)
    {
        lock (_lock)
        {
            foreach (var job in committed.Jobs)
            {
                if (_waiting.Add(job))
                    _changed.Writer.TryWrite(job);
            }
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
