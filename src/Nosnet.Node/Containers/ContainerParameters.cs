using System.Globalization;
using Docker.DotNet.Models;

namespace Nosnet.Node;

/// <summary>What the engine is told of a container: what it is made of, and how it is kept from everything else.</summary>
internal static class ContainerParameters
{
    // What programs that start as root need to give rights away and to serve; nothing that reaches beyond the container.
    private static readonly string[] Capabilities =
        ["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "NET_BIND_SERVICE", "SETGID", "SETUID"];

    public static CreateContainerParameters For(ContainerSpec spec) => new()
    {
        Name = spec.Name,
        Image = spec.Image,
        // Null is what the engine takes for "as the image has it", whatever the annotations of these three say.
        Cmd = spec.Command?.ToList()!,
        Entrypoint = spec.Entrypoint?.ToList()!,
        Env = [.. spec.Environment.Select(variable => $"{variable.Key}={variable.Value}")],
        WorkingDir = spec.WorkingDirectory!,
        Labels = spec.Labels.Values.ToDictionary(),
        NetworkingConfig = new NetworkingConfig
        {
            EndpointsConfig = new Dictionary<string, EndpointSettings> { [spec.Network] = new() { Aliases = [.. spec.Aliases] } },
        },
        HostConfig = Host(spec),
    };

    // No privileges, no devices, no mounts but volumes; the seccomp profile is the engine's own, which is in force unless told otherwise.
    private static HostConfig Host(ContainerSpec spec) => new()
    {
        NetworkMode = spec.Network,
        CapDrop = ["ALL"],
        CapAdd = [.. Capabilities],
        SecurityOpt = ["no-new-privileges"],
        PidsLimit = spec.Limits.Processes,
        Memory = spec.Limits.MemoryBytes,
        MemorySwap = spec.Limits.MemoryBytes,
        // Shared memory counts as the container's own; data loaders of training jobs fail with the usual 64 MiB.
        ShmSize = spec.Limits.MemoryBytes / 2,
        NanoCPUs = spec.Limits.NanoCpus,
        ReadonlyRootfs = spec.ReadOnlyRoot,
        // In memory, which counts as the container's own.
        Tmpfs = spec.ReadOnlyRoot ? new Dictionary<string, string> { ["/tmp"] = "rw,nosuid,nodev", ["/run"] = "rw,nosuid,nodev" } : null!,
        Runtime = spec.Runtime!,
        Mounts =
        [
            .. spec.Volumes.Select(volume => new Mount { Type = "volume", Source = volume.Value, Target = volume.Key }),
            .. spec.ReadOnlyVolumes.Select(volume => new Mount { Type = "volume", Source = volume.Value, Target = volume.Key, ReadOnly = true }),
        ],
        LogConfig = new LogConfig
        {
            // The one driver that both engines know and can be read back from.
            Type = "json-file",
            Config = new Dictionary<string, string> { ["max-size"] = spec.Limits.LogBytes.ToString(CultureInfo.InvariantCulture) },
        },
    };
}
