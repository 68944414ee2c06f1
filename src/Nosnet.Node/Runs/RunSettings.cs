using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>What holds for every run on a node.</summary>
public sealed record RunSettings
{
    /// <summary>The id of the network that the node belongs to; on the labels of everything that it makes.</summary>
    public required string Network { get; init; }

    /// <summary>The node.</summary>
    public required NodeAddress Node { get; init; }

    /// <summary>What one container may use.</summary>
    public required ContainerLimits Limits { get; init; }

    /// <summary>How much one run may write, in characters, with 64 for each line. More ends it with <c>log_quota_exceeded</c>.</summary>
    public long LogQuota { get; init; } = 64L * 1024 * 1024;

    /// <summary>How long a container has between SIGTERM and SIGKILL.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(10);

    internal Labels Labels => Labels.Of(Network, Node);
}
