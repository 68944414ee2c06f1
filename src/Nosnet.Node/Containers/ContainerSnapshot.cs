using System.Net;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>A container as the engine tells it at one moment.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="State">Its state in the engine's words.</param>
/// <param name="StartedAt">When it was started; null where it never was.</param>
/// <param name="FinishedAt">When it ended; null where it runs or never did.</param>
public sealed record ContainerSnapshot(
    string Id, Labels Labels, ContainerState State, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt)
{
    /// <summary>Its address on its network; null where it has none, as before its start.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>The directory of the machine that holds what it wrote outside of volumes; null where the engine does not say.</summary>
    public string? Layer { get; init; }

    /// <summary>Its volumes and the directories of the machine that hold them.</summary>
    public IReadOnlyDictionary<string, string> Volumes { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether it was started and has ended.</summary>
    public bool HasEnded => State.Status is "exited" or "dead" or "stopped" && StartedAt is not null;

    /// <summary>Whether it was never started.</summary>
    public bool IsFresh => State.Status is "created" or "initialized" or "configured";
}
