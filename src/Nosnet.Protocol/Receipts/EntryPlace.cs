namespace Nosnet.Protocol;

/// <summary>Where an entry stands in the chain. Height 0 is nowhere.</summary>
/// <param name="Height">The height of its block.</param>
/// <param name="Index">Its index within, from 0.</param>
public readonly record struct EntryPlace(long Height, int Index)
{
    /// <summary>No place.</summary>
    public static readonly EntryPlace Nowhere;

    /// <summary>Whether it is no place.</summary>
    public bool IsNowhere => Height == 0;
}
