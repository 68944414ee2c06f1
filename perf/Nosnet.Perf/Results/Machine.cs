using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Nosnet.Perf;

/// <summary>What a figure was measured on.</summary>
internal static class Machine
{
    public static string Describe() => string.Create(CultureInfo.InvariantCulture,
        $"{Cpu()}, {Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1L << 30)} GiB; {RuntimeInformation.OSDescription}; {RuntimeInformation.FrameworkDescription}");

    /// <summary>How many threads ran or waited to, over the last minute.</summary>
    public static string Load() => File.ReadAllText("/proc/loadavg").Split(' ')[0];

    /// <summary>Has the disk finish with what was written so far, so that it is not in the way of what is measured next.</summary>
    public static void Settle()
    {
        using var process = Process.Start("sync");
        process.WaitForExit();
    }

    /// <summary>The checkout that this was built from.</summary>
    public static string FindRoot()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Nosnet.slnx")))
            directory = Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("Run this from a checkout.");
        return directory;
    }

    public static string VersionOf(string program)
    {
        using var process = Process.Start(new ProcessStartInfo(program, "--version") { RedirectStandardOutput = true })!;
        return process.StandardOutput.ReadToEnd().Trim();
    }

    private static string Cpu() =>
        File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown processor";
}
