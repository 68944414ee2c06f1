using System.Globalization;
using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>
/// What one run on a node can have: an equal share of the machine, since that is what its containers get. Sizes are in MB of 10^6 bytes.
/// A node that has not told what it is can run what asks for nothing.
/// </summary>
/// <param name="GpuRuns">How many runs at once can have graphics cards.</param>
/// <param name="VramMb">The memory of a card that such a run certainly gets.</param>
/// <param name="Cpus">Logical cores.</param>
/// <param name="RamMb">Memory.</param>
/// <param name="DiskMb">Free disk.</param>
public readonly record struct Capacity(int GpuRuns, long VramMb, int Cpus, long RamMb, long DiskMb)
{
    private const long MbPerGb = 1_000;

    public static Capacity Of(NodeHardware? hardware, int slots)
    {
        if (hardware is null)
            return default;
        var cards = hardware.Gpus?.Devices ?? [];
        var isShared = hardware.Gpus?.Shared is true;
        var memories = cards.Select(c => c.Memory?.TotalMb ?? 0);
        return new Capacity(
            cards.Count == 0 ? 0 : isShared ? slots : Math.Min(slots, cards.Count),
            // A run that gets all the cards has the largest among them; one that gets a part of them may get the smallest.
            Mb(slots == 1 || isShared ? memories.Append(0).Max() : memories.DefaultIfEmpty(0).Min()),
            (hardware.Cpu?.LogicalCores ?? 0) / slots,
            Mb(hardware.RamMb) / slots,
            hardware.DiskGb * MbPerGb / slots);
    }

    /// <summary>The same where other runs have all the graphics cards.</summary>
    public Capacity WithoutGpus => this with { GpuRuns = 0, VramMb = 0 };

    /// <summary>Whether a job can run in it.</summary>
    public bool Reaches(JobRequirements? needs) =>
        needs is null
        || ((!needs.Gpu || GpuRuns > 0) && VramMb >= needs.VramMb && Cpus >= needs.Cpus && RamMb >= needs.RamMb && DiskMb >= needs.DiskMb);

    /// <summary>What is too little for a job, as a sentence; empty where nothing is.</summary>
    public string Lack(JobRequirements needs)
    {
        var lacks = new List<string>();
        if (needs.Gpu && GpuRuns == 0)
            lacks.Add("it has no GPU for jobs");
        Compare("GPU memory", VramMb, needs.VramMb);
        if (Cpus < needs.Cpus)
            lacks.Add($"a run on it has {Cpus} cores, not {needs.Cpus}");
        Compare("memory", RamMb, needs.RamMb);
        Compare("disk", DiskMb, needs.DiskMb);
        return lacks.Count == 0 ? "" : string.Join("; ", lacks) + ".";

        void Compare(string what, long has, long needed)
        {
            if (has < needed)
                lacks.Add(string.Create(CultureInfo.InvariantCulture, $"a run on it has {Gb(has)} GB of {what}, not {Gb(needed)}"));
        }
    }

    private static long Mb(long mib) => (long)((Int128)mib * (1024 * 1024) / 1_000_000);

    private static decimal Gb(long mb) => mb / (decimal)MbPerGb;
}
