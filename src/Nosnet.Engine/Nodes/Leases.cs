namespace Nosnet.Engine;

/// <summary>The node's right to its runs, kept by heartbeats. Only the server's clock counts.</summary>
public static class Leases
{
    /// <summary>How long a node may be silent.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(20);

    /// <summary>How long after its owner asked to stop it a job may still cost: for the word to reach the node, and for containers that end in peace.</summary>
    public static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(30);

    /// <summary>After how many lost runs a job has failed.</summary>
    public const int MostLostRuns = 3;

    public static bool IsLive(DateTimeOffset lastSeen, DateTimeOffset now) => now - lastSeen <= Length;
}
