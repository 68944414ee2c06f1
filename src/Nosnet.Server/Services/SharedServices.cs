using System.Collections.Immutable;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>
/// The endpoints that the jobs of a deployment share: which of them gets a request, and which may be stopped without breaking one. Open requests
/// are counted by the server that they came to.
/// </summary>
internal sealed class SharedServices
{
    /// <summary>How long a job that is to be stopped is left the requests that it has: less than it may cost its owner after that.</summary>
    public static readonly TimeSpan MostDrain = TimeSpan.FromSeconds(20);

    private readonly Lock _lock = new();
    private readonly Dictionary<long, SharedJob> _jobs = [];
    private readonly Dictionary<string, ImmutableList<SharedJob>> _byId = new(StringComparer.OrdinalIgnoreCase);
    private long _turn;

    /// <summary>Tells that the last request of a job that is to be stopped is over, by its node.</summary>
    public event Action<NodeAddress>? Drained;

    /// <summary>Takes what is known of a job; null where it runs no more.</summary>
    public void Replace(long job, ServiceList? list)
    {
        lock (_lock)
        {
            var known = _jobs.GetValueOrDefault(job);
            var next = list is { Shared.Count: > 0 } ? known is not null && known.List.Run == list.Run ? known : new SharedJob(job) : null;
            if (known is not null && known != next)
                Remove(known);
            if (next is null)
                return;
            next.List = list!;
            if (next == known)
                return;
            _jobs[job] = next;
            foreach (var id in list!.Shared.Values)
                _byId[id] = _byId.GetValueOrDefault(id, []).Add(next);
        }
    }

    /// <summary>Whether any deployment that runs has this endpoint.</summary>
    public bool IsKnown(string id)
    {
        lock (_lock)
            return _byId.ContainsKey(id);
    }

    /// <summary>Begins a request to an endpoint, at the job that has the fewest; null where none can take one.</summary>
    /// <param name="id">The endpoint.</param>
    /// <param name="mayUse">Which ports may be asked.</param>
    public SharedRequest? Begin(string id, Func<RunningService, bool> mayUse)
    {
        lock (_lock)
        {
            SharedJob? chosen = null;
            RunningService? service = null;
            foreach (var job in _byId.GetValueOrDefault(id, []))
            {
                if (job.IsDraining || job.List.IsStopping || job.Best(id) is not { } best || !mayUse(best))
                    continue;
                if (chosen is not null && Order(job, best).CompareTo(Order(chosen, service!)) >= 0)
                    continue;
                (chosen, service) = (job, best);
            }

            if (chosen is null)
                return null;
            chosen.Open++;
            chosen.LastTurn = ++_turn;
            return new SharedRequest(service!, () => End(chosen));
        }
    }

    /// <summary>Whether any job answers at an endpoint; at one port of it, or at any.</summary>
    public EndpointStatus StatusOf(string id, int? port)
    {
        lock (_lock)
        {
            var status = EndpointStatus.Offline;
            foreach (var job in _byId.GetValueOrDefault(id, []))
                foreach (var service in job.Services(id).Where(s => port is null || s.Target.Port == port))
                    status = service.Status is EndpointStatus.Online || status is EndpointStatus.Offline ? service.Status : status;
            return status;
        }
    }

    /// <summary>Whether a job shares an endpoint.</summary>
    public bool Has(long job)
    {
        lock (_lock)
            return _jobs.ContainsKey(job);
    }

    /// <summary>
    /// Whether a job that is to be stopped may be now: it gets no request any more, and those that it has are over, or have had their time.
    /// </summary>
    public bool MayStop(long job, TimeSpan sinceAsked)
    {
        lock (_lock)
        {
            if (!_jobs.TryGetValue(job, out var known))
                return true;
            known.IsDraining = true;
            return known.Open == 0 || sinceAsked >= MostDrain;
        }
    }

    /// <summary>Those that are surely online come first, then those with the fewest requests, then those that were not asked for longest.</summary>
    private static (bool, int, long) Order(SharedJob job, RunningService service) => (service.Status is not EndpointStatus.Online, job.Open, job.LastTurn);

    private void End(SharedJob job)
    {
        lock (_lock)
        {
            if (--job.Open > 0 || !job.IsDraining)
                return;
        }

        Drained?.Invoke(job.List.Node);
    }

    private void Remove(SharedJob job)
    {
        _jobs.Remove(job.Key);
        foreach (var id in job.List.Shared.Values)
        {
            var rest = _byId.GetValueOrDefault(id, []).Remove(job);
            if (rest.IsEmpty)
                _byId.Remove(id);
            else
                _byId[id] = rest;
        }
    }

    private sealed class SharedJob(long key)
    {
        public long Key => key;
        public ServiceList List { get; set; } = null!;
        public int Open { get; set; }
        public long LastTurn { get; set; }
        public bool IsDraining { get; set; }

        public IEnumerable<RunningService> Services(string id) =>
            List.Services.Where(s => List.Shared.TryGetValue(s.OperationId, out var shared) && string.Equals(shared, id, StringComparison.OrdinalIgnoreCase));

        /// <summary>The port that gets its requests: the first that answers, or that may. One whose node has said nothing yet may.</summary>
        public RunningService? Best(string id) => Services(id).Where(s => !List.IsReported || s.Status is not EndpointStatus.Offline).MinBy(s => s.Status is not EndpointStatus.Online);
    }
}

/// <summary>A request to a shared endpoint, from when its job is chosen until it is over.</summary>
internal sealed class SharedRequest(RunningService service, Action end) : IDisposable
{
    public RunningService Service => service;

    public void Dispose() => end();
}
