using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary>
/// What a node allows the jobs that it runs: its operator's policy file, and, as the node tells it to its network, with what holds where
/// the file says nothing.
/// </summary>
public sealed record NodePolicy
{
    /// <summary>Whether containers can write to their volumes, /tmp and /run alone.</summary>
    public bool ReadOnlyRoot { get; init; }

    /// <summary>The registries, or parts of them such as <c>ghcr.io/acme</c>, from which images may come; null: all.</summary>
    public IReadOnlyList<string>? AllowedRegistries { get; init; }

    /// <summary>What of the outside jobs reach.</summary>
    public Egress Egress { get; init; }

    /// <summary>The OCI runtime that runs the containers, by the name that the engine knows it by; null: the engine's own.</summary>
    public string? Runtime { get; init; }

    /// <summary>What a job may use.</summary>
    public NodeLimits Limits { get; init; } = new();

    /// <summary>
    /// Whether the node's firewall keeps jobs from link-local addresses (169.254.0.0/16, where clouds serve a machine's credentials), from
    /// IPv6 and from the services of the node's own machine. Told by the node; it needs root and iptables. Null in a file.
    /// </summary>
    public bool? HostUnreachable { get; init; }
}

/// <summary>What of the outside a job reaches.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Egress>))]
public enum Egress
{
    /// <summary>The internet and the network that the node is in.</summary>
    [JsonStringEnumMemberName("open")] Open,

    /// <summary>Nothing but the job's own containers. Its exposed ports are reached all the same.</summary>
    [JsonStringEnumMemberName("none")] None,
}

/// <summary>What a job may use of a node; null in a file: as much as the node gives by itself.</summary>
public sealed record NodeLimits
{
    /// <summary>Memory of a job in MiB, divided among containers that may run at once; there is no swap beyond.</summary>
    public long? MemoryMiB { get; init; }

    /// <summary>Processors of a job, divided likewise.</summary>
    public double? Cpus { get; init; }

    /// <summary>Processes and threads of a job at once, divided likewise.</summary>
    public int? Pids { get; init; }

    /// <summary>Disk of all containers of a job together, in MiB; more ends the job as <c>disk_quota_exceeded</c>.</summary>
    public long? DiskMiB { get; init; }

    /// <summary>Output of all containers of a job together, in MiB; more ends the job as <c>log_quota_exceeded</c>.</summary>
    public long? LogsMiB { get; init; }
}
