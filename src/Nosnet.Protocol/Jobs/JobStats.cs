using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary><c>GET /api/jobs/{address}/stats</c>: what a job uses. Also the answer of <c>GET http://node/runs/{run}/stats</c> through the tunnel.</summary>
public sealed record JobStats
{
    /// <summary>What its operations used in the last ten minutes, oldest first; empty where the job does not run.</summary>
    public required IReadOnlyList<StatsSample> Samples { get; init; }

    /// <summary>What each operation has used in all.</summary>
    public required IReadOnlyList<OperationTotals> Totals { get; init; }
}

/// <summary>What one operation used at one moment.</summary>
public sealed record StatsSample
{
    /// <summary>The operation.</summary>
    public required string OpId { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>How many processor cores it kept busy since the sample before, on average.</summary>
    public required double CpuCores { get; init; }

    /// <summary>Memory in bytes, without what the system can take back at once.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>What it may have of that; null where the engine does not tell.</summary>
    public long? MemoryLimitBytes { get; init; }

    /// <summary>Bytes received over the network since its start.</summary>
    public required long ReceivedBytes { get; init; }

    /// <summary>Bytes sent over the network since its start.</summary>
    public required long SentBytes { get; init; }

    /// <summary>The graphics cards of the node, where the operation has asked for one; null otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<GpuSample>? Gpus { get; init; }
}

/// <summary>How busy a graphics card was.</summary>
/// <param name="Index">Its number on the machine, from 0.</param>
/// <param name="Percent">How much of the time it computed, 0 to 100.</param>
/// <param name="MemoryBytes">How much of its memory is in use.</param>
public sealed record GpuSample(int Index, int Percent, long MemoryBytes);

/// <summary>What an operation has used in all.</summary>
/// <param name="OpId">The operation.</param>
/// <param name="Usage">The sums.</param>
public sealed record OperationTotals(string OpId, ContainerUsage Usage);

/// <summary>What a container has used from its start on, by the last look at it, a few seconds before its end.</summary>
public sealed record ContainerUsage
{
    /// <summary>Seconds of processor time, of all cores together.</summary>
    public double CpuSeconds { get; init; }

    /// <summary>The most memory that was seen, in bytes.</summary>
    public long PeakMemoryBytes { get; init; }

    /// <summary>Bytes received over the network.</summary>
    public long ReceivedBytes { get; init; }

    /// <summary>Bytes sent over the network.</summary>
    public long SentBytes { get; init; }
}
