using Microsoft.Extensions.Logging;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>Keeps the node's word with its server: a heartbeat every few seconds and whenever a service changes, and with its answer what the node shall be doing.</summary>
internal sealed partial class NodeAgent(NodeSession session, RunKeeper runs, NodeHardware hardware, NodePolicy policy, NodeOptions options, ILogger<NodeAgent> logger)
{
    private readonly MarketId _market = options.Market;

    /// <summary>Hears what the node was doing when it last ended, and waits for jobs.</summary>
    public async Task BeginAsync(ServerLink server, CancellationToken cancellation)
    {
        await server.UntilAnsweredAsync(HearAsync, cancellation).ConfigureAwait(false);
        try
        {
            await server.UntilAnsweredAsync(JoinAsync, cancellation).ConfigureAwait(false);
        }
        catch (NosanaException refusal)
        {
            throw new NodeSetupException($"{options.Server} does not let this node work for the market '{options.Market}': {refusal.Message}", refusal);
        }
    }

    /// <summary>Beats until cancelled, or until the node was told to end once nothing runs, and nothing does.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Beats.Tick, options.Time);
        var tick = timer.WaitForNextTickAsync(cancellation).AsTask();
        var change = runs.ServicesChanged.WaitAsync(cancellation);
        var (ticks, wasAnswered) = (0, true);
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
                if (!Beats.IsDue(++ticks, isIdle: runs.Reports.Count == 0, wasAnswered))
                    continue;
            }

            (ticks, wasAnswered) = (0, false);
            try
            {
                var duty = await HearAsync(cancellation).ConfigureAwait(false);
                wasAnswered = true;
                // After a silence that was too long the server has taken the node out of its market.
                if (duty.Market is null)
                    await JoinAsync(cancellation).ConfigureAwait(false);
                if (duty is { StopWhenIdle: true, Assignments.Count: 0 } && runs.Reports.Count == 0)
                {
                    await session.LeaveAsync(cancellation).ConfigureAwait(false);
                    LogDrained();
                    return;
                }
            }
            catch (NosanaException failure)
            {
                // Runs go on: only the server's word can end them, and the next beat may bring it.
                LogNoAnswer(failure.Message);
            }
        }
    }

    private Task<NodeView> JoinAsync(CancellationToken cancellation) => session.JoinAsync(_market, options.Slots, hardware, policy, cancellation);

    private async Task<HeartbeatAnswer> HearAsync(CancellationToken cancellation)
    {
        var askedAt = options.Time.GetUtcNow();
        var duty = await session.HeartbeatAsync(new Heartbeat(runs.Reports), cancellation).ConfigureAwait(false);
        runs.Apply(duty.Assignments, askedAt);
        return duty;
    }

    [LoggerMessage(1, LogLevel.Warning, "The heartbeat was not answered: {Reason}")]
    private partial void LogNoAnswer(string reason);

    [LoggerMessage(2, LogLevel.Information, "The node was told to end when nothing runs, and nothing does.")]
    private partial void LogDrained();
}
