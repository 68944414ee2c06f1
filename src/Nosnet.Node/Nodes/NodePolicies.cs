using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>What a policy means for what a node does.</summary>
internal static class NodePolicies
{
    private const long MiB = 1024 * 1024;

    /// <summary>What one job may use: what the node gives by itself, where the policy says nothing else.</summary>
    public static ContainerLimits Apply(this NodeLimits policy, ContainerLimits own, long logQuota) => own with
    {
        MemoryBytes = policy.MemoryMiB * MiB ?? own.MemoryBytes,
        NanoCpus = policy.Cpus is { } cpus ? (long)(cpus * 1_000_000_000) : own.NanoCpus,
        Processes = policy.Pids ?? own.Processes,
        DiskBytes = policy.DiskMiB * MiB ?? own.DiskBytes,
        // The engine keeps what a later process of the node reads again, with a mark for each line.
        LogBytes = Math.Max(own.LogBytes, 2 * logQuota),
    };

    /// <summary>The policy as it is in force.</summary>
    public static NodePolicy InForce(this NodePolicy policy, ContainerLimits limits, long logQuota, bool hostUnreachable) => policy with
    {
        Limits = new NodeLimits
        {
            MemoryMiB = limits.MemoryBytes / MiB,
            Cpus = limits.NanoCpus / 1_000_000_000.0,
            Pids = limits.Processes,
            DiskMiB = limits.DiskBytes / MiB,
            LogsMiB = logQuota / MiB,
        },
        HostUnreachable = hostUnreachable,
    };

    /// <summary>Why an image may not be run; null where it may.</summary>
    public static string? Refusal(this NodePolicy policy, string image)
    {
        if (policy.AllowedRegistries is not { } allowed || !ImageName.TryParse(image, out var name))
            return null;
        var full = name.ToString();
        return allowed.Any(part => full.StartsWith(part + "/", StringComparison.Ordinal))
            ? null
            : $"The image {full} is not allowed by this node's policy (allowedRegistries), which takes images of {(allowed.Count == 0 ? "no registry" : string.Join(", ", allowed))}.";
    }
}
