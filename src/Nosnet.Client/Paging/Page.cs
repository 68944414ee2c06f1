namespace Nosnet.Client;

/// <summary>One page of a list.</summary>
/// <param name="Items">What is on it.</param>
/// <param name="NextCursor">Where the next page begins; null on the last.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor)
{
    /// <summary>Where the page before begins; null on the first, and where the network does not say.</summary>
    public string? PreviousCursor { get; init; }

    /// <summary>How many there are on all pages; null where the network does not say.</summary>
    public long? TotalItems { get; init; }
}
