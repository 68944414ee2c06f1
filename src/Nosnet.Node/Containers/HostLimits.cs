using System.Globalization;

namespace Nosnet.Node;

/// <summary>How far this process may raise the resource limits of what it starts.</summary>
internal readonly record struct HostLimits(long OpenFiles, long Processes)
{
    /// <summary>What Podman gives containers where nothing forbids it.</summary>
    public static readonly HostLimits PodmanDefault = new(1_048_576, 4_194_304);

    /// <summary>Reads the hard limits of <c>/proc/self/limits</c>; <paramref name="pidMax"/> is <c>/proc/sys/kernel/pid_max</c>.</summary>
    /// <remarks>
    /// The number of processes is bounded by pid_max too: Podman lowers its own hard limit to it, and cannot go up again.
    /// </remarks>
    public static HostLimits Parse(string limits, string pidMax)
    {
        var processes = Math.Min(PodmanDefault.Processes, Hard(limits, "Max processes"));
        if (long.TryParse(pidMax.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var max))
            processes = Math.Min(processes, max);
        return new(Math.Min(PodmanDefault.OpenFiles, Hard(limits, "Max open files")), processes);
    }

    private static long Hard(string limits, string name)
    {
        foreach (var line in limits.Split('\n'))
        {
            if (!line.StartsWith(name, StringComparison.Ordinal))
                continue;
            var words = line[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length >= 2 && long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var hard))
                return hard;
        }
        return long.MaxValue;
    }
}
