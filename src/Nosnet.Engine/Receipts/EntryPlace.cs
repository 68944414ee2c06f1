namespace Nosnet.Engine;

/// <summary>Where an entry stands in the chain: the height of its block and its index within. Height 0 is nowhere.</summary>
public readonly record struct EntryPlace(long Height, int Index)
{
    public static readonly EntryPlace Nowhere;

    public bool IsNowhere => Height == 0;
}
