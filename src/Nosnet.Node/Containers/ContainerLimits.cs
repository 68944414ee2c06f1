namespace Nosnet.Node;

/// <summary>What one container may use of the machine.</summary>
public sealed record ContainerLimits
{
    /// <summary>Memory in bytes, swap included.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Processors, in billionths of one.</summary>
    public required long NanoCpus { get; init; }

    /// <summary>Processes and threads at once.</summary>
    public int Processes { get; init; } = 4096;

    /// <summary>Bytes of output that the engine keeps, its own marks included.</summary>
    public long LogBytes { get; init; } = 512L * 1024 * 1024;

    /// <summary>The equal share of one of several jobs in this machine; an eighth of its memory stays for the machine itself.</summary>
    public static ContainerLimits Share(long machineMemoryBytes, int processors, int jobs) => new()
    {
        MemoryBytes = machineMemoryBytes / 8 * 7 / jobs,
        NanoCpus = processors * 1_000_000_000L / jobs,
    };

    /// <summary>The share of one of several jobs in the machine that this program runs on.</summary>
    public static ContainerLimits ShareOfThisMachine(int jobs) =>
        Share(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, Environment.ProcessorCount, jobs);
}
