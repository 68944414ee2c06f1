namespace Nosnet.Node;

/// <summary>What one job may use of the machine; or one container of it, after <see cref="Among"/>.</summary>
public sealed record ContainerLimits
{
    // Engines refuse less, or could start nothing with it.
    private const long LeastMemoryBytes = 16L * 1024 * 1024;
    private const long LeastNanoCpus = 10_000_000;
    private const int LeastProcesses = 16;

    /// <summary>Memory in bytes, swap included.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Processors, in billionths of one.</summary>
    public required long NanoCpus { get; init; }

    /// <summary>Processes and threads at once.</summary>
    public int Processes { get; init; } = 4096;

    /// <summary>Bytes of disk that all containers of a job may take up together, in what they write to their layers and volumes.</summary>
    public long DiskBytes { get; init; } = 100L * 1024 * 1024 * 1024;

    /// <summary>Bytes of output that the engine keeps, its own marks included.</summary>
    public long LogBytes { get; init; } = 512L * 1024 * 1024;

    /// <summary>The equal share of one of several jobs in this machine; an eighth of its memory stays for the machine itself.</summary>
    public static ContainerLimits Share(long machineMemoryBytes, int processors, int jobs) => new()
    {
        MemoryBytes = machineMemoryBytes / 8 * 7 / jobs,
        NanoCpus = processors * 1_000_000_000L / jobs,
    };

    /// <summary>The equal share of one of several containers of a job that may run at once, so that together they have no more than the job.</summary>
    public ContainerLimits Among(int containers) => containers <= 1 ? this : this with
    {
        MemoryBytes = Math.Max(LeastMemoryBytes, MemoryBytes / containers),
        NanoCpus = Math.Max(LeastNanoCpus, NanoCpus / containers),
        Processes = Math.Max(LeastProcesses, Processes / containers),
    };

    /// <summary>The equal share of one of several jobs in the disk that is free; a fifth of it stays for images and the machine itself.</summary>
    public static long ShareOfDisk(long freeBytes, int jobs) => freeBytes / 5 * 4 / jobs;

    /// <summary>The share of one of several jobs in the machine that this program runs on.</summary>
    public static ContainerLimits ShareOfThisMachine(int jobs) =>
        Share(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, Environment.ProcessorCount, jobs);
}
