using System.Collections.Concurrent;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.EndToEnd;

/// <summary>A node that says by real HTTP what nodes say, runs nothing, and remembers what it was told.</summary>
internal sealed class LoadNode : IDisposable
{
    private const int Slots = 16;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly Heartbeat Beat = new([]);

    private readonly KeyPair _key = KeyPair.Generate();
    private readonly NodeSession _session;
    private readonly ConcurrentDictionary<RunAddress, RunTold> _runs = [];

    public LoadNode(NosanaClient client) => _session = client.Nodes.Session(_key);

    /// <summary>Runs whose start was taken.</summary>
    public IEnumerable<RunTold> Runs => _runs.Values;

    public Task RegisterAsync(string name, CancellationToken cancellation) => _session.RegisterAsync(name, cancellation);

    /// <summary>Goes on until cancelled, and to the end of what it runs then.</summary>
    public async Task RunAsync(CancellationToken ending)
    {
        var isJoined = false;
        while (true)
        {
            try
            {
                if (ending.IsCancellationRequested && isJoined)
                {
                    await _session.LeaveAsync(CancellationToken.None);
                    isJoined = false;
                }
                else if (!ending.IsCancellationRequested && !isJoined)
                {
                    await _session.JoinAsync(LoadMarket.Slug, Slots, CancellationToken.None);
                    isJoined = true;
                }

                var answer = await _session.HeartbeatAsync(Beat, CancellationToken.None);
                if (ending.IsCancellationRequested && answer.Assignments.Count == 0)
                    return;
                isJoined &= answer.Market is not null;
                await Task.WhenAll(answer.Assignments.Select(CarryOutAsync));
            }
            catch (NosanaException)
            {
                // The server was killed, or is not there yet.
                await Task.Delay(Pause, TimeProvider.System, CancellationToken.None);
            }
        }
    }

    public void Dispose()
    {
        _session.Dispose();
        _key.Dispose();
    }

    private async Task CarryOutAsync(Assignment assignment)
    {
        try
        {
            await _session.StartAsync(assignment.Run, new RunStart(assignment.Epoch));
            var run = _runs.GetOrAdd(assignment.Run, static address => new RunTold(address));
            var finished = await _session.FinishAsync(assignment.Run, new RunFinish { Epoch = assignment.Epoch, Reason = EndReason.Completed, EndedSecondsAgo = 0 });
            run.Cost = finished.CostUsd;
        }
        catch (NosanaException)
        {
            // Said again after the next heartbeat, where the run is still this node's.
        }
    }
}
