using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>
/// Tells the engine when all ports of a deployment's job answer, and when one that did does not any more: so that a job is stopped only once its
/// replacement serves, and one that stays silent is replaced.
/// </summary>
internal sealed partial class ServiceReadiness(NetworkEngine engine, ServiceIndex index, ILogger<ServiceReadiness> logger) : BackgroundService
{
    // Every report of a node may write here, and one that is dropped comes again with the node's next heartbeat.
    private readonly Channel<long> _changed = Channel.CreateBounded<long>(new BoundedChannelOptions(100_000) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>What the engine was told of each job's run last. After a start that is nothing, and what it was told before may not hold any more.</summary>
    private readonly Dictionary<long, (RunAddress Run, bool IsOnline)> _told = [];

    /// <summary>Hears of every change before the server takes its first request.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        index.Changed += OnChanged;
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var job in _changed.Reader.ReadAllAsync(stoppingToken))
                await TellAsync(job, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
        finally
        {
            index.Changed -= OnChanged;
        }
    }

    private void OnChanged(long job) => _changed.Writer.TryWrite(job);

    private async Task TellAsync(long job, CancellationToken cancellation)
    {
        if (!engine.IsWriter)
        {
            // Another server tells it now.
            _told.Clear();
            return;
        }

        if (!index.TryGet(job, out var list))
        {
            _told.Remove(job);
            return;
        }

        var isOnline = list.Services.Count > 0 && list.Services.All(s => s.Status is EndpointStatus.Online);
        var isLost = list.Services.Any(s => s.Status is EndpointStatus.Offline);
        if (list.Shared.Count == 0 || !list.IsReported || isOnline == isLost || (_told.TryGetValue(job, out var last) && last == (list.Run, isOnline)))
            return;
        try
        {
            var told = await engine.ExecuteAsync(isOnline ? new ServicesOnline(job) : (Command<bool>)new ServicesLost(job), cancellation);
            // Ports may answer before it is known that their containers have started: then it is said again.
            if (told.Value || isLost)
                _told[job] = (list.Run, isOnline);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // Its node's next heartbeat brings it up again.
            LogFailed(failure, job);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "It could not be told whether the services of job {Job} answer; it is tried again.")]
    private partial void LogFailed(Exception failure, long job);
}
