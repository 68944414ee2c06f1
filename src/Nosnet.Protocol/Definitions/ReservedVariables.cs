namespace Nosnet.Protocol;

/// <summary>Variables that reach further than the container they are meant for, so that no job may set them.</summary>
/// <remarks>
/// A container runtime's hooks run on the machine itself, as root, and inherit the container's environment: what the dynamic linker takes
/// from it (<c>LD_PRELOAD</c> in CVE-2025-23266) runs there. NVIDIA's runtime reads from it which devices and driver files a container gets,
/// past what the node gave it. Other names that begin with NVIDIA_ or CUDA_ are read by programs in the container alone.
/// </remarks>
internal static class ReservedVariables
{
    private static readonly string[] Prefixes = ["LD_", "NVIDIA_REQUIRE_", "NVIDIA_MIG_", "NVIDIA_CTK_"];

    private static readonly HashSet<string> Names = new(
        [
            "NVIDIA_VISIBLE_DEVICES", "NVIDIA_DRIVER_CAPABILITIES", "NVIDIA_DISABLE_REQUIRE", "NVIDIA_IMEX_CHANNELS",
            "NVIDIA_GDS", "NVIDIA_MOFED", "NVIDIA_NVSWITCH", "NVIDIA_GDRCOPY",
        ],
        StringComparer.Ordinal);

    public const string Others =
        "another name: LD_… and the NVIDIA_… variables that choose devices and driver files act on the machine itself (set LD_LIBRARY_PATH and its like in the command)";

    public static bool Include(string name) => Names.Contains(name) || Prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));
}
