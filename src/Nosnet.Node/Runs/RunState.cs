using System.Text.Json.Serialization;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>What a node keeps of a run on disk, so that it can go on after its own end.</summary>
public sealed record RunState
{
    /// <summary>What the network assigned.</summary>
    public required Assignment Assignment { get; init; }

    /// <summary>When its time runs out, by this machine's clock; null until the network has accepted its start.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>The numbers of the graphics cards that its containers have; null: none.</summary>
    public IReadOnlyList<int>? Gpus { get; init; }

    /// <summary>Why it ended; null while it runs.</summary>
    public EndReason? Reason { get; init; }

    /// <summary>When its last container ended.</summary>
    public DateTimeOffset? ContainersEndedAt { get; init; }
}

/// <summary>How that becomes JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(RunState))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class NodeJson : JsonSerializerContext;
