using System.Globalization;

namespace Nosnet.Node;

/// <summary>What of the machine decides how Podman has to be configured.</summary>
/// <param name="IsRoot">Whether this process is root; only then does Podman set limits and cgroups itself.</param>
/// <param name="HasUnifiedCgroups">Whether cgroup v2 is mounted alone. crun refuses anything else.</param>
/// <param name="HasRunc">Whether runc is installed.</param>
/// <param name="HasSystemd">Whether systemd runs the machine; without it nothing else can make cgroups than Podman itself.</param>
/// <param name="MayRaiseLimits">Whether this process may raise resource limits (CAP_SYS_RESOURCE), as Podman does.</param>
/// <param name="Limits">The limits that containers can be given where it may not.</param>
internal sealed record PodmanHost(
    bool IsRoot, bool HasUnifiedCgroups, bool HasRunc, bool HasSystemd, bool MayRaiseLimits, HostLimits Limits)
{
    private const int SysResource = 24;

    public static PodmanHost Detect() => new(
        Environment.IsPrivilegedProcess,
        File.Exists("/sys/fs/cgroup/cgroup.controllers"),
        Programs.Find("runc") is not null,
        Directory.Exists("/run/systemd/system"),
        HasCapability(File.ReadAllText("/proc/self/status"), SysResource),
        HostLimits.Parse(File.ReadAllText("/proc/self/limits"), File.ReadAllText("/proc/sys/kernel/pid_max")));

    /// <summary>Whether a process has a capability, by its <c>/proc/…/status</c>.</summary>
    public static bool HasCapability(string status, int capability)
    {
        const string field = "CapEff:";
        var line = status.Split('\n').FirstOrDefault(line => line.StartsWith(field, StringComparison.Ordinal));
        return line is not null
            && ulong.TryParse(
                line.AsSpan(field.Length).Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var capabilities)
            && (capabilities >> capability & 1) == 1;
    }
}

/// <summary>The containers.conf with which Podman works on this machine.</summary>
internal static class PodmanConfiguration
{
    /// <summary>The file's text; null where Podman works as it is, so that the user's own configuration stays in force.</summary>
    /// <param name="host">The machine.</param>
    /// <param name="runtime">The OCI runtime that the operator wants, which Podman cannot be told for a single container; null: any that works.</param>
    public static string? For(PodmanHost host, string? runtime = null)
    {
        if (!host.IsRoot && runtime is null)
            return null;
        var engine = new List<string>();
        if (runtime is not null)
            engine.Add($"runtime = \"{runtime}\"");
        else if (host is { HasUnifiedCgroups: false, HasRunc: true })
            engine.Add("runtime = \"runc\"");
        if (host is { IsRoot: true, HasSystemd: false })
            engine.Add("cgroup_manager = \"cgroupfs\"");
        if (engine.Count == 0 && host.MayRaiseLimits)
            return null;
        List<string> lines = ["[engine]", .. engine, "", "[containers]"];
        if (host is { IsRoot: true, MayRaiseLimits: false })
        {
            var (files, processes) = host.Limits;
            lines.Add(string.Create(
                CultureInfo.InvariantCulture, $"default_ulimits = [\"nofile={files}:{files}\", \"nproc={processes}:{processes}\"]"));
        }
        return string.Join('\n', lines) + "\n";
    }
}
