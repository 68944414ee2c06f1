using Microsoft.Extensions.Logging;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>Keeps the node's word with its server: a heartbeat every five seconds and whenever a service changes, and with its answer what the node shall be doing.</summary>
internal sealed partial class NodeAgent(NodeSession session, RunKeeper runs, NodeOptions options, ILogger<NodeAgent> logger)
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(5);

    private readonly MarketId _market = options.Market;

    /// <summary>Hears what the node was doing when it last ended, and waits for jobs.</summary>
    public async Task BeginAsync(ServerLink server, CancellationToken cancellation)
    {
        await server.UntilAnsweredAsync(HearAsync, cancellation).ConfigureAwait(false);
        await server.UntilAnsweredAsync(token => session.JoinAsync(_market, options.Slots, token), cancellation).ConfigureAwait(false);
    }

    /// <summary>Beats until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Beat, options.Time);
        var tick = timer.WaitForNextTickAsync(cancellation).AsTask();
        var change = runs.ServicesChanged.WaitAsync(cancellation);
        while (true)
        {
            // Who waits for a service to come up shall not wait for the next beat too.
            if (await Task.WhenAny(tick, change).ConfigureAwait(false) == change)
            {
                await change.ConfigureAwait(false);
                change = runs.ServicesChanged.WaitAsync(cancellation);
            }
            else
            {
                if (!await tick.ConfigureAwait(false))
                    return;
                tick = timer.WaitForNextTickAsync(cancellation).AsTask();
            }

            try
            {
                var duty = await HearAsync(cancellation).ConfigureAwait(false);
                // After a silence that was too long the server has taken the node out of its market.
                if (duty.Market is null)
                    await session.JoinAsync(_market, options.Slots, cancellation).ConfigureAwait(false);
            }
            catch (NosanaException failure)
            {
                // Runs go on: only the server's word can end them, and the next beat may bring it.
                LogNoAnswer(failure.Message);
            }
        }
    }

    private async Task<HeartbeatAnswer> HearAsync(CancellationToken cancellation)
    {
        var askedAt = options.Time.GetUtcNow();
        var duty = await session.HeartbeatAsync(new Heartbeat(runs.Reports), cancellation).ConfigureAwait(false);
        runs.Apply(duty.Assignments, askedAt);
        return duty;
    }

    [LoggerMessage(1, LogLevel.Warning, "The heartbeat was not answered: {Reason}")]
    private partial void LogNoAnswer(string reason);
}
