using Microsoft.Extensions.Logging;
using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>The engine of a network: commands go through its lane, reads go to the store, and time makes due what it makes due.</summary>
public sealed class NetworkEngine : IDisposable
{
    private static readonly TimeSpan DuePeriod = TimeSpan.FromSeconds(1);

    private readonly Lane _lane;
    private readonly TimeProvider _time;

    public NetworkEngine(ILaneStore store, IReadStore read, AddressBook addresses, BlockSigner sign, TimeProvider time, ILogger<NetworkEngine> logger)
    {
        Read = read;
        Addresses = addresses;
        _time = time;
        _lane = new Lane(store, addresses, time, sign, OnCommitted, logger);
    }

    /// <summary>Tells of every group commit, on the lane's thread: a handler only passes it on.</summary>
    public event Action<Committed>? Committed;

    public IReadStore Read { get; }
    public AddressBook Addresses { get; }

    /// <summary>When each node was last heard of.</summary>
    public LastSeenBook Seen => _lane.Seen;

    /// <summary>Changes of jobs, by their keys.</summary>
    public ChangeSignals JobChanges { get; } = new();

    /// <summary>Carries a command out. When this completes, what it did is on disk.</summary>
    public Task<Outcome<T>> ExecuteAsync<T>(Command<T> command, CancellationToken cancellation) => _lane.ExecuteAsync(command, cancellation);

    /// <summary>Does what falls due, every second until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(DuePeriod, _time);
        while (await timer.WaitForNextTickAsync(cancellation).ConfigureAwait(false))
            await DoDueAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Does what is due now.</summary>
    public async Task DoDueAsync(CancellationToken cancellation)
    {
        var nodes = await Read.NodesAsync(cancellation).ConfigureAwait(false);
        var found = await ExecuteAsync(new FindDue { Nodes = [.. nodes.Where(n => n.Market != 0 || n.Running > 0).Select(n => n.Key)] }, cancellation).ConfigureAwait(false);
        foreach (var due in found.Value ?? [])
            await ExecuteAsync(due, cancellation).ConfigureAwait(false);
    }

    public void Dispose()
    {
        _lane.Dispose();
        Read.Dispose();
    }

    private void OnCommitted(Committed committed)
    {
        JobChanges.Notify(committed.Jobs);
        Committed?.Invoke(committed);
    }
}
