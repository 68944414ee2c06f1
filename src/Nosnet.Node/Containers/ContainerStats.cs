using Docker.DotNet.Models;

namespace Nosnet.Node;

/// <summary>Reads what an engine counts of a container.</summary>
internal static class ContainerStats
{
    /// <param name="stats">The engine's answer.</param>
    /// <param name="swapsNetworks">Whether this engine calls received what was sent.</param>
    public static ContainerReading? Read(ContainerStatsResponse stats, bool swapsNetworks)
    {
        var cpu = stats.CPUStats?.CPUUsage?.TotalUsage ?? 0;
        var memory = stats.MemoryStats;
        var used = (long)(memory?.Usage ?? 0);
        // Of a container that has ended there is nothing but zeros.
        if (cpu == 0 && used == 0)
            return null;
        // Pages of files that nobody needs now are the system's to take back: cgroups v1 and v2 call them by two names.
        if (memory?.Stats is { } pages && (pages.TryGetValue("total_inactive_file", out var idle) || pages.TryGetValue("inactive_file", out idle)))
            used = Math.Max(0, used - (long)idle);
        var networks = stats.Networks?.Values.ToArray() ?? [];
        var (received, sent) = (networks.Sum(network => (long)network.RxBytes), networks.Sum(network => (long)network.TxBytes));
        return new ContainerReading(
            TimeSpan.FromTicks((long)(cpu / 100)),
            used,
            memory?.Limit is > 0 and <= long.MaxValue and var limit ? (long)limit : null,
            swapsNetworks ? sent : received,
            swapsNetworks ? received : sent);
    }
}

/// <summary>Keeps the last thing that was reported.</summary>
internal sealed class Answered<T> : IProgress<T>
    where T : class
{
    public T? Value { get; private set; }

    public void Report(T value) => Value = value;
}
