namespace Nosnet.Client;

/// <summary>One page of a list.</summary>
/// <param name="Items">What is on it.</param>
/// <param name="NextCursor">Where the next page begins; null on the last.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor);
