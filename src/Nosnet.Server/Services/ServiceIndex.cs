using System.Diagnostics.CodeAnalysis;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>The exposed ports of all running jobs, by job and by id.</summary>
internal sealed class ServiceIndex(ServiceIds ids, SharedServices shared)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<long, ServiceList> _byJob = [];

    // Ids are base58 and tell capitals apart, but host names do not, and browsers send them in small letters.
    private readonly Dictionary<string, RunningService> _byId = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The jobs that it knows.</summary>
    public IReadOnlyCollection<long> Jobs
    {
        get
        {
            lock (_lock)
                return [.. _byJob.Keys];
        }
    }

    public RunningService? Find(string id)
    {
        lock (_lock)
            return _byId.GetValueOrDefault(id);
    }

    public bool TryGet(long job, [NotNullWhen(true)] out ServiceList? list)
    {
        lock (_lock)
            return _byJob.TryGetValue(job, out list);
    }

    /// <summary>Tells of every list that a node's word or a run's beginning or end has changed, by job; on the thread that changes it.</summary>
    public event Action<long>? Changed;

    /// <summary>Takes a job that runs; what its node has said of its run stays.</summary>
    public void Add(long job, ServiceList list)
    {
        lock (_lock)
        {
            if (!_byJob.TryGetValue(job, out var known) || known.Run != list.Run)
                Replace(job, list);
            else if (known.IsStopping != list.IsStopping)
                Replace(job, known with { IsStopping = list.IsStopping });
        }
    }

    public void Remove(long job)
    {
        lock (_lock)
            Replace(job, null);
    }

    /// <summary>Takes what a node says of a run that is its own.</summary>
    public void Report(long job, RunAddress run, IReadOnlyList<ServiceReport> reports)
    {
        lock (_lock)
        {
            if (_byJob.TryGetValue(job, out var known) && known.Run == run)
                Replace(job, known.With(reports, ids));
        }
    }

    private void Replace(long job, ServiceList? list)
    {
        if (_byJob.Remove(job, out var before))
        {
            foreach (var service in before.Services)
                _byId.Remove(service.Id);
        }
        shared.Replace(job, list);
        if (list is not null)
        {
            _byJob[job] = list;
            foreach (var service in list.Services)
                _byId[service.Id] = service;
        }

        if (before is not null || list is not null)
            Changed?.Invoke(job);
    }
}
