using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>What holds for every run on a node.</summary>
public sealed record RunSettings
{
    internal const long UsualLogQuota = 256L * 1024 * 1024;

    /// <summary>The id of the network that the node belongs to; on the labels of everything that it makes.</summary>
    public required string Network { get; init; }

    /// <summary>The node.</summary>
    public required NodeAddress Node { get; init; }

    /// <summary>What one job may use.</summary>
    public required ContainerLimits Limits { get; init; }

    /// <summary>What the operator allows.</summary>
    public NodePolicy Policy { get; init; } = new();

    /// <summary>Where what is downloaded for runs is kept on disk.</summary>
    public required string CacheDirectory { get; init; }

    /// <summary>Where that comes from, and how much of it is kept.</summary>
    public ResourceOptions Resources { get; init; } = new();

    /// <summary>How much one run may write, in characters, with 64 for each line. More ends it with <c>log_quota_exceeded</c>.</summary>
    public long LogQuota { get; init; } = UsualLogQuota;

    /// <summary>The graphics cards that are offered to jobs; null: none.</summary>
    public GpuHardware? Gpus { get; init; }

    /// <summary>Whether the machine has no others.</summary>
    public bool OffersAllGpus { get; init; }

    /// <summary>How many runs there are at once.</summary>
    public int Slots { get; init; } = 1;

    /// <summary>How long a container has between SIGTERM and SIGKILL.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The server's URL: what a confidential job names there may be called wherever the server is.</summary>
    public Uri? Server { get; init; }

    /// <summary>Signs a text as the node, as <c>text:signature:milliseconds</c>, for those whom a confidential job has it call; null: nobody is told who calls.</summary>
    public Func<string, string>? Sign { get; init; }

    internal Labels Labels => Labels.Of(Network, Node);
}
