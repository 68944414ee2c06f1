using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>The exposed ports of one run.</summary>
/// <param name="engine">The container engine.</param>
/// <param name="time">The clock.</param>
/// <param name="changed">Called when there is something new to say of them.</param>
internal sealed class RunServices(IContainerEngine engine, TimeProvider time, Action changed)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, ExposedOperation> _operations = [];
    private readonly Dictionary<int, int> _counted = [];
    private readonly TaskCompletionSource _takenUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private HashSet<int>? _awaited;

    /// <summary>Completes when what an earlier process of this node had exposed, and still runs, is exposed again.</summary>
    public Task TakenUp => _takenUp.Task;

    /// <summary>Says which operations those are.</summary>
    public void Await(IEnumerable<int> running)
    {
        lock (_lock)
        {
            _awaited = [.. running.Except(_operations.Keys)];
            if (_awaited.Count == 0)
                _takenUp.TrySetResult();
        }
    }

    /// <summary>What there is to say of all that have been started; null where there are none.</summary>
    public IReadOnlyList<ServiceReport>? Reports
    {
        get
        {
            lock (_lock)
                return _operations.Count == 0 ? null : [.. _operations.Values.SelectMany(operation => operation.Reports)];
        }
    }

    /// <summary>Counts the ports that an operation is to open; false where the job's are too many then: a literal may have become many.</summary>
    public bool TryCount(int index, ContainerRun operation)
    {
        lock (_lock)
        {
            _counted[index] = operation.Expose.OfType<ExposedPort>().Count();
            return _counted.Values.Sum() <= DefinitionLimits.ExposedPorts;
        }
    }

    /// <summary>Opens the ports of an operation whose container runs, until what this returns is disposed; null where it exposes none.</summary>
    public ExposedOperation? Expose(int index, ContainerRun operation, string container)
    {
        ExposedPort[] ports = [.. operation.Expose.OfType<ExposedPort>()];
        if (ports.Length == 0)
            return null;
        ExposedOperation exposed;
        lock (_lock)
        {
            exposed = new ExposedOperation(engine, container, index, ports, _operations.ContainsKey(index), changed, time);
            _operations[index] = exposed;
            if (_awaited?.Remove(index) is true && _awaited.Count == 0)
                _takenUp.TrySetResult();
        }
        changed();
        return exposed;
    }

    /// <summary>The operation, where its container runs and exposes the port.</summary>
    public ExposedOperation? Find(int index, int port)
    {
        lock (_lock)
            return _operations.TryGetValue(index, out var operation) && operation.Serves(port) ? operation : null;
    }
}
