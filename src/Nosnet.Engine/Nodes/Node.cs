using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>A machine that runs jobs.</summary>
public sealed record Node
{
    public required long Key { get; init; }
    public required NodeAddress Address { get; init; }

    /// <summary>The account that its rewards go to; it has the node's own address.</summary>
    public required long Account { get; init; }

    public required string Name { get; init; }
    public required DateTimeOffset RegisteredAt { get; init; }

    /// <summary>The market it works for; 0 where it joined none.</summary>
    public long Market { get; init; }

    /// <summary>How many jobs it runs at once.</summary>
    public int Slots { get; init; } = 1;

    /// <summary>How many it runs now.</summary>
    public int Running { get; init; }

    /// <summary>Since when it has had a free slot: first come, first served among nodes.</summary>
    public DateTimeOffset WaitingSince { get; init; }

    /// <summary>What the machine is; null where the node has not told.</summary>
    public NodeHardware? Hardware { get; init; }

    /// <summary>What its operator allows jobs, as JSON; null where the node has not told.</summary>
    public string? Policy { get; init; }

    public Drain Drain { get; init; }

    public bool IsWaiting => Market != 0 && Running < Slots && Drain is Drain.None;

    /// <summary>What one of its runs can have.</summary>
    public Capacity Capacity => Capacity.Of(Hardware, Slots);
}

/// <summary>Whether a node takes new jobs. The numbers are on disk and never change.</summary>
public enum Drain : byte
{
    /// <summary>It does.</summary>
    None = 0,

    /// <summary>It finishes what it runs and takes nothing new, until told otherwise.</summary>
    Draining = 1,

    /// <summary>Likewise, and its process ends once nothing runs.</summary>
    ThenStop = 2,
}
