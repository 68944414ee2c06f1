using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary>
/// What a machine is, as its node reads it: the official <c>info</c> of a node, with fields added. It is sent when a node registers and
/// joins, and shown in <see cref="NodeView"/>.
/// </summary>
public sealed record NodeHardware
{
    /// <summary>The most graphics cards that one node may tell of.</summary>
    public const int MostGpus = 256;

    private const int LongestText = 300;

    /// <summary>The version of the node's program.</summary>
    [JsonPropertyName("version")]
    public string? Version { get; init; }

    /// <summary>Kernel and operating system.</summary>
    [JsonPropertyName("system_environment")]
    public string? SystemEnvironment { get; init; }

    /// <summary>The processor.</summary>
    [JsonPropertyName("cpu")]
    public CpuHardware? Cpu { get; init; }

    /// <summary>Disk that is free for jobs, in GB (10^9 bytes): the least of where the node's data and the engine's storage live.</summary>
    [JsonPropertyName("disk_gb")]
    public long DiskGb { get; init; }

    /// <summary>Memory in MiB.</summary>
    [JsonPropertyName("ram_mb")]
    public long RamMb { get; init; }

    /// <summary>The graphics cards that the operator offers to jobs; null where there are none.</summary>
    [JsonPropertyName("gpus")]
    public GpuHardware? Gpus { get; init; }

    /// <summary>The container engine.</summary>
    [JsonPropertyName("engine")]
    public EngineHardware? Engine { get; init; }

    /// <summary>What keeps this from being believed, as a sentence; null where nothing does.</summary>
    public string? Mistake()
    {
        if (DiskGb < 0 || RamMb < 0 || Cpu is { PhysicalCores: < 0 } or { LogicalCores: < 0 })
            return "A machine's memory, disk and cores are numbers of 0 or more.";
        var devices = Gpus?.Devices ?? [];
        if (devices.Count > MostGpus)
            return $"A machine has at most {MostGpus} graphics cards, not {devices.Count}.";
        if (devices.Any(d => d is null || d.Name is null))
            return "A graphics card is an object with a name.";
        if (devices.Any(d => d.Index < 0 || d.Memory is { TotalMb: < 0 }))
            return "The index and the memory of a graphics card are numbers of 0 or more.";
        IEnumerable<string?> texts =
        [
            Version, SystemEnvironment, Cpu?.Model, Engine?.Name, Engine?.Version, Gpus?.DriverVersion, Gpus?.CudaDriverVersion, Gpus?.RuntimeVersion,
            .. devices.SelectMany(d => (string?[])[d.Name, d.Uuid]),
        ];
        return texts.Any(t => t is not null && (t.Length > LongestText || t.Any(char.IsControl)))
            ? $"The texts of a machine's description have at most {LongestText} characters each, none of them a control character."
            : null;
    }
}

/// <summary>The processor of a node.</summary>
public sealed record CpuHardware
{
    /// <summary>Its name.</summary>
    [JsonPropertyName("model")]
    public string? Model { get; init; }

    /// <summary>Cores that are silicon; 0 where that is not known.</summary>
    [JsonPropertyName("physical_cores")]
    public int PhysicalCores { get; init; }

    /// <summary>Cores that the system schedules on.</summary>
    [JsonPropertyName("logical_cores")]
    public int LogicalCores { get; init; }
}

/// <summary>The graphics cards of a node.</summary>
public sealed record GpuHardware
{
    /// <summary>The cards that are offered to jobs.</summary>
    [JsonPropertyName("devices")]
    public required IReadOnlyList<GpuDevice> Devices { get; init; }

    /// <summary>The version of the CUDA runtime; null: not known.</summary>
    [JsonPropertyName("runtime_version")]
    public string? RuntimeVersion { get; init; }

    /// <summary>The version of CUDA that the driver speaks; null: not known.</summary>
    [JsonPropertyName("cuda_driver_version")]
    public string? CudaDriverVersion { get; init; }

    /// <summary>The version of the driver.</summary>
    [JsonPropertyName("nvml_driver_version")]
    public string? DriverVersion { get; init; }

    /// <summary>Whether several jobs may be on one card at once. Otherwise a card belongs to one job at a time.</summary>
    [JsonPropertyName("shared")]
    public bool Shared { get; init; }
}

/// <summary>A graphics card.</summary>
public sealed record GpuDevice
{
    /// <summary>Its number on the machine, from 0.</summary>
    [JsonPropertyName("index")]
    public required int Index { get; init; }

    /// <summary>Its name, such as <c>NVIDIA GeForce RTX 4090</c>.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>Its own id; null where the driver tells none.</summary>
    [JsonPropertyName("uuid")]
    public string? Uuid { get; init; }

    /// <summary>Its memory; null where it is not known, or cut into parts (MIG).</summary>
    [JsonPropertyName("memory")]
    public GpuMemory? Memory { get; init; }

    /// <summary>What it can compute; null where the driver does not tell.</summary>
    [JsonPropertyName("network_architecture")]
    public GpuArchitecture? Architecture { get; init; }

    /// <summary>Whether it is cut into parts (MIG).</summary>
    [JsonPropertyName("mig")]
    public bool IsPartitioned { get; init; }
}

/// <summary>The memory of a graphics card.</summary>
/// <param name="TotalMb">All of it, in MiB.</param>
public sealed record GpuMemory([property: JsonPropertyName("total_mb")] long TotalMb);

/// <summary>The compute capability of a graphics card: 8.9 is major 8, minor 9.</summary>
public sealed record GpuArchitecture([property: JsonPropertyName("major")] int Major, [property: JsonPropertyName("minor")] int Minor);

/// <summary>The container engine of a node.</summary>
public sealed record EngineHardware([property: JsonPropertyName("name")] string Name, [property: JsonPropertyName("version")] string Version);
