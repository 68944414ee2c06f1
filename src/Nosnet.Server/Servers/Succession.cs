using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Nosnet.Engine;
using Nosnet.Storage;

namespace Nosnet.Server;

/// <summary>
/// This server among those that share its store: says that it lives, hears what the writing one commits, and becomes the writing one
/// when that is gone.
/// </summary>
internal sealed partial class Succession(NetworkEngine engine, INetworkStores stores, ServerAddress address, Tunnels tunnels, PeerConnections connections, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<Succession> logger)
    : BackgroundService
{
    private static readonly TimeSpan BeatPeriod = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan TryPeriod = TimeSpan.FromMilliseconds(300);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (stores.Peers is not { } peers)
            return;
        // Where it is reached is known once it listens.
        await Task.Delay(Timeout.InfiniteTimeSpan, time, lifetime.ApplicationStarted).WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(
            RepeatAsync(BeatPeriod, () => BeatAsync(peers, stoppingToken), stoppingToken),
            RepeatAsync(TryPeriod, () => TryAsync(peers, stoppingToken), stoppingToken),
            peers.ListenAsync(OnHeard, stoppingToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            using var soon = new CancellationTokenSource(BeatPeriod, time);
            await peers.LeaveAsync(soon.Token);
        }
        catch (Exception failure) when (failure is StoreUnavailableException or OperationCanceledException)
        {
            // The others find out by themselves.
        }
    }

    private async Task BeatAsync(IPeers peers, CancellationToken cancellation)
    {
        connections.Look(await peers.BeatAsync(address.Internal, cancellation));
        await peers.KeepAsync([.. tunnels.Nodes], cancellation);
    }

    private async Task TryAsync(IPeers peers, CancellationToken cancellation)
    {
        if (engine.IsWriter || !await peers.IsWriterGoneAsync(cancellation))
            return;
        // Reading all rows takes its time and blocks.
        if (await Task.Run(engine.TryBegin, cancellation))
            LogBegan();
    }

    private void OnHeard(Committed? committed)
    {
        // The writing server knows what it did.
        if (!engine.IsWriter)
            engine.Hear(committed);
    }

    private async Task RepeatAsync(TimeSpan period, Func<Task> act, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await act();
            }
            catch (Exception failure) when (!cancellation.IsCancellationRequested)
            {
                LogFailed(failure.Message);
            }

            await Task.Delay(period, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "This server carries the network's commands out from now on.")]
    private partial void LogBegan();

    [LoggerMessage(2, LogLevel.Warning, "The other servers could not be asked or told: {Reason}")]
    private partial void LogFailed(string reason);
}
