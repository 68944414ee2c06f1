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

    /// <summary>What there is to say of all that have been started; null where there are none.</summary>
    public IReadOnlyList<ServiceReport>? Reports
    {
        get
        {
            lock (_lock)
                return _operations.Count == 0 ? null : [.. _operations.Values.SelectMany(operation => operation.Reports)];
        }
    }

    /// <summary>Opens the ports of an operation whose container runs, until what this returns is disposed; null where it exposes none.</summary>
    public ExposedOperation? Expose(int index, ContainerRun operation, string container)
    {
        ExposedPort[] ports = [.. operation.Expose.OfType<ExposedPort>()];
        if (ports.Length == 0)
            return null;
        var exposed = new ExposedOperation(engine, container, index, ports, changed, time);
        lock (_lock)
            _operations[index] = exposed;
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
