using Microsoft.Extensions.Logging;
using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>
/// The engine of a network: commands go through its lane, reads go to the store, and time makes due what it makes due. Of the servers
/// that share a store one writes; on the others the engine only reads, and hears what that one commits.
/// </summary>
public sealed class NetworkEngine : IDisposable
{
    private static readonly TimeSpan DuePeriod = TimeSpan.FromSeconds(1);

    private const int TasksAtOnce = 512;

    private readonly Func<ILaneStore?> _open;
    private readonly BlockSigner _sign;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly LastSeenBook _unheard;
    private readonly QueueSweep _sweep;
    private readonly Lock _beginning = new();
    private volatile Lane? _lane;
    private Lane? _settled;
    private bool _isDisposed;

    /// <param name="open">Opens the store's writing half; gives null while another server holds it.</param>
    /// <param name="read">Its reading half.</param>
    /// <param name="addresses">The public addresses of its rows.</param>
    /// <param name="sign">Signs blocks.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where failures are told.</param>
    public NetworkEngine(Func<ILaneStore?> open, IReadStore read, AddressBook addresses, BlockSigner sign, TimeProvider time, ILogger<NetworkEngine> logger)
    {
        Read = read;
        Addresses = addresses;
        _open = open;
        _sign = sign;
        _time = time;
        _logger = logger;
        _unheard = new LastSeenBook(time.GetUtcNow());
        _sweep = new QueueSweep(read);
        Tasks = new TaskCounts(time);
    }

    /// <summary>An engine that writes from the start.</summary>
    public NetworkEngine(ILaneStore store, IReadStore read, AddressBook addresses, BlockSigner sign, TimeProvider time, ILogger<NetworkEngine> logger)
        : this(() => store, read, addresses, sign, time, logger) => TryBegin();

    /// <summary>Tells of every group commit, on the lane's thread: a handler only passes it on.</summary>
    public event Action<Committed>? Committed;

    /// <summary>Tells that other servers may have committed what was not heard of.</summary>
    public event Action? Missed;

    public IReadStore Read { get; }
    public AddressBook Addresses { get; }

    /// <summary>Whether this engine carries commands out.</summary>
    public bool IsWriter => Writing is not null;

    /// <summary>When each node was last heard of, by the engine that writes.</summary>
    public LastSeenBook Seen => _lane?.Seen ?? _unheard;

    /// <summary>What this engine did of the tasks of deployments.</summary>
    public TaskCounts Tasks { get; }

    /// <summary>Changes of jobs, by their keys.</summary>
    public ChangeSignals JobChanges { get; } = new();

    /// <summary>Changes of accounts, by their keys.</summary>
    public ChangeSignals AccountChanges { get; } = new();

    /// <summary>Changes of deployments, of their jobs, tasks and events, by the keys of the deployments.</summary>
    public ChangeSignals DeploymentChanges { get; } = new();

    /// <summary>Begins to carry commands out where no other server does. Every node has a whole lease then, as after a restart.</summary>
    /// <returns>Whether it does now.</returns>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    public bool TryBegin()
    {
        lock (_beginning)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (IsWriter)
                return true;
            _lane?.Dispose();
            _lane = null;
            if (_open() is not { } store)
                return false;
            try
            {
                _lane = new Lane(store, Addresses, _time, _sign, OnCommitted, _logger);
                _lane.Start();
            }
            catch
            {
                store.Dispose();
                throw;
            }
        }

        Hear(null);
        return true;
    }

    /// <summary>Takes in what another server has committed; null where it is not known what.</summary>
    public void Hear(Committed? committed)
    {
        if (committed is not null)
        {
            OnCommitted(committed);
            return;
        }

        JobChanges.NotifyAll();
        AccountChanges.NotifyAll();
        DeploymentChanges.NotifyAll();
        Missed?.Invoke();
    }

    /// <summary>Carries a command out. When this completes, what it did is on disk.</summary>
    /// <exception cref="StoreUnavailableException">The store is away, or another server carries commands out.</exception>
    public Task<Outcome<T>> ExecuteAsync<T>(Command<T> command, CancellationToken cancellation) =>
        Writing is { } lane ? lane.ExecuteAsync(command, cancellation) : Task.FromException<Outcome<T>>(NotWriting());

    /// <summary>Carries many commands out in one transaction, each for itself. When this completes, what they did is on disk.</summary>
    public Task<Outcome<Said>> ExecuteAsync<T>(OnceEach<T> batch, CancellationToken cancellation) =>
        Writing is { } lane ? lane.ExecuteAsync(batch, cancellation) : Task.FromException<Outcome<Said>>(NotWriting());

    /// <summary>All nodes, in no order: from memory where this engine writes.</summary>
    public async ValueTask<IEnumerable<Node>> NodesAsync(CancellationToken cancellation) =>
        Writing is { } lane ? lane.Nodes.All : await Read.NodesAsync(cancellation).ConfigureAwait(false);

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
        if (!IsWriter)
            return;
        var found = await ExecuteAsync(new FindDue(), cancellation).ConfigureAwait(false);
        foreach (var due in found.Value ?? [])
            await ExecuteAsync(due, cancellation).ConfigureAwait(false);
        foreach (var expired in await _sweep.NextAsync(_time.GetUtcNow(), cancellation).ConfigureAwait(false))
            await ExecuteAsync(expired, cancellation).ConfigureAwait(false);
        await DoTasksAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Does the tasks of deployments that are due, in batches that share transactions.</summary>
    private async Task DoTasksAsync(CancellationToken cancellation)
    {
        var lane = _lane;
        if (_settled != lane)
        {
            await ExecuteAsync(new SettleDeployments(), cancellation).ConfigureAwait(false);
            _settled = lane;
        }

        var failures = new List<Exception>();
        DeploymentTask? last = null;
        IReadOnlyList<DeploymentTask> batch;
        do
        {
            batch = await Read.DueTasksAsync(_time.GetUtcNow(), last, TasksAtOnce, cancellation).ConfigureAwait(false);
            // Each for itself: one that fails keeps nobody else's from being done.
            foreach (var task in batch.Select(t => Tasks.CountAsync(() => ExecuteAsync(new DoTask(t.Deployment, t.Key), cancellation))).ToList())
            {
                await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (task.Exception is { } failure)
                    failures.AddRange(failure.InnerExceptions);
            }

            if (batch.Count > 0)
                last = batch[^1];
        }
        while (batch.Count == TasksAtOnce && !cancellation.IsCancellationRequested);

        if (failures.Count > 0)
            throw failures[0];
    }

    public void Dispose()
    {
        lock (_beginning)
        {
            _isDisposed = true;
            _lane?.Dispose();
            _lane = null;
        }

        Read.Dispose();
    }

    private Lane? Writing => _lane is { IsEnded: false } lane ? lane : null;

    private StoreUnavailableException NotWriting() => new(
        _isDisposed ? "The server is stopping. Try again in a moment." : "Another server carries the commands out now. Try again in a moment.");

    private void OnCommitted(Committed committed)
    {
        JobChanges.Notify(committed.Jobs);
        AccountChanges.Notify(committed.Accounts);
        DeploymentChanges.Notify(committed.Deployments);
        Committed?.Invoke(committed);
    }
}
