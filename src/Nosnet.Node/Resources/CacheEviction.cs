namespace Nosnet.Node;

/// <summary>Something in a cache.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Bytes">How much room it takes.</param>
/// <param name="LastUsed">When it was last of use.</param>
internal sealed record CachedItem(string Id, long Bytes, DateTimeOffset LastUsed);

/// <summary>What of a cache makes room for something else.</summary>
internal static class CacheEviction
{
    /// <summary>What to remove so that so much becomes free, longest unused first; null where even all of it would not do.</summary>
    public static IReadOnlyList<CachedItem>? Choose(IEnumerable<CachedItem> items, Func<CachedItem, bool> isInUse, long bytes)
    {
        var chosen = AsFarAsPossible(items, isInUse, bytes);
        return chosen.Sum(item => item.Bytes) < bytes ? null : chosen;
    }

    /// <summary>What to remove so that so much becomes free, longest unused first, or as much of it as there is.</summary>
    public static IReadOnlyList<CachedItem> AsFarAsPossible(IEnumerable<CachedItem> items, Func<CachedItem, bool> isInUse, long bytes)
    {
        var chosen = new List<CachedItem>();
        foreach (var item in items.Where(item => !isInUse(item)).OrderBy(item => item.LastUsed).ThenBy(item => item.Id, StringComparer.Ordinal))
        {
            if (bytes <= 0)
                break;
            chosen.Add(item);
            bytes -= item.Bytes;
        }
        return chosen;
    }
}
