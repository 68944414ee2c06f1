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

    public bool IsWaiting => Market != 0 && Running < Slots;
}
