using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using Nosnet.Engine;

namespace Nosnet.Server.Tests;

/// <summary>A network's store as it is, with a count of what is read of it.</summary>
public class CountedReads : DispatchProxy
{
    private readonly ConcurrentDictionary<string, int> _counts = new();
    private IReadStore _store = null!;

    /// <summary>How many reads there were.</summary>
    public int Count => _counts.Values.Sum();

    /// <summary>How many there were by one method.</summary>
    public int CountOf(string method) => _counts.GetValueOrDefault(method);

    /// <summary>An engine that reads through the count, and hears of all that the network's own commits.</summary>
    internal static (NetworkEngine Engine, CountedReads Reads) Of(TestNetwork network)
    {
        var proxy = Create<IReadStore, CountedReads>();
        var reads = (CountedReads)(object)proxy;
        reads._store = network.Engine.Read;
        var engine = new NetworkEngine(static () => null, proxy, network.Engine.Addresses, static _ => [], TimeProvider.System, NullLogger<NetworkEngine>.Instance);
        network.Engine.Committed += engine.Hear;
        return (engine, reads);
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        // The store is the network's own.
        if (targetMethod!.Name == nameof(IDisposable.Dispose))
            return null;
        _counts.AddOrUpdate(targetMethod.Name, 1, static (_, count) => count + 1);
        return targetMethod.Invoke(_store, args);
    }
}
