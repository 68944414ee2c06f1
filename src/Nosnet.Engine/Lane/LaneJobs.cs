using System.Diagnostics.CodeAnalysis;
using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>The jobs of a lane that are in memory: those on nodes always, and the others for the group that they came by in.</summary>
internal sealed class LaneJobs
{
    private readonly Dictionary<long, Job> _rows = [];

    // Those of them that came by while they were on no node.
    private readonly HashSet<long> _passing = [];
    private readonly Dictionary<long, HashSet<long>> _runsOfNode = [];

    /// <summary>The jobs on nodes.</summary>
    public IEnumerable<Job> Running => _runsOfNode.Values.SelectMany(static keys => keys).Select(key => _rows[key]);

    public IEnumerable<Job> RunsOf(long node) => _runsOfNode.TryGetValue(node, out var keys) ? keys.Select(key => _rows[key]) : [];

    public bool Has(long key) => _rows.ContainsKey(key);
    public bool TryRow(long key, [NotNullWhen(true)] out Job? row) => _rows.TryGetValue(key, out row);

    /// <summary>Takes a job that was read, unless it is known.</summary>
    public void Pass(Job job)
    {
        if (_rows.TryAdd(job.Key, job))
            _passing.Add(job.Key);
    }

    public void Put(Job job)
    {
        if (_rows.TryGetValue(job.Key, out var before) && before.State is JobState.Running)
            _runsOfNode[before.Node].Remove(before.Key);
        _rows[job.Key] = job;
        if (job.State is not JobState.Running)
        {
            _passing.Add(job.Key);
            return;
        }

        if (!_runsOfNode.TryGetValue(job.Node, out var runs))
            _runsOfNode.Add(job.Node, runs = []);
        runs.Add(job.Key);
    }

    /// <summary>Forgets those that are on no node.</summary>
    public void Trim()
    {
        foreach (var key in _passing)
        {
            if (_rows[key].State is not JobState.Running)
                _rows.Remove(key);
        }

        _passing.Clear();
    }

    public void Clear()
    {
        _rows.Clear();
        _passing.Clear();
        _runsOfNode.Clear();
    }
}
