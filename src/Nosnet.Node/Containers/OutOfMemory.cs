using System.Globalization;

namespace Nosnet.Node;

/// <summary>
/// Whether the kernel killed something of a container for want of memory, by the kernel's own count. Podman does not notice it on machines
/// with cgroup v1; Docker, and Podman with cgroup v2, tell it themselves.
/// </summary>
internal static class OutOfMemory
{
    private const string Root = "/sys/fs/cgroup";

    // Where engines on this machine put a container's cgroup: with cgroupfs and with systemd, Podman and Docker.
    private static readonly string[] Places =
        ["libpod_parent/libpod-{0}", "machine.slice/libpod-{0}.scope", "docker/{0}", "system.slice/docker-{0}.scope"];

    /// <summary>Looks while the container's cgroup is still there, which it is for a moment after the end.</summary>
    public static bool Struck(string container)
    {
        foreach (var place in Places)
        {
            var path = string.Format(CultureInfo.InvariantCulture, place, container);
            if (Kills($"{Root}/memory/{path}/memory.oom_control") > 0 || Kills($"{Root}/{path}/memory.events") > 0)
                return true;
        }
        return false;
    }

    /// <summary>The count in a text of names and numbers, one pair a line.</summary>
    public static long ParseKills(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            if (line.StartsWith("oom_kill ", StringComparison.Ordinal)
                && long.TryParse(line.AsSpan(9), NumberStyles.None, CultureInfo.InvariantCulture, out var kills))
                return kills;
        }
        return 0;
    }

    private static long Kills(string path)
    {
        try
        {
            return File.Exists(path) ? ParseKills(File.ReadAllText(path)) : 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0; // It went away between the two calls, or is not for us to read.
        }
    }
}
