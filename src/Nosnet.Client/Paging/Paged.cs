using System.Runtime.CompilerServices;

namespace Nosnet.Client;

/// <summary>A list that the network gives in pages. Enumerate it for the items; pages are fetched as they are reached.</summary>
public sealed class Paged<T> : IAsyncEnumerable<T>
{
    private readonly Func<string?, CancellationToken, Task<Page<T>>> _fetch;

    internal Paged(Func<string?, CancellationToken, Task<Page<T>>> fetch) => _fetch = fetch;

    /// <summary>One page: the first, or the one that begins at <paramref name="cursor"/>.</summary>
    public Task<Page<T>> PageAsync(string? cursor = null, CancellationToken cancellationToken = default) => _fetch(cursor, cancellationToken);

    /// <summary>The pages, from the first or from <paramref name="cursor"/> on.</summary>
    public async IAsyncEnumerable<Page<T>> AsPages(string? cursor = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        do
        {
            var page = await _fetch(cursor, cancellationToken).ConfigureAwait(false);
            yield return page;
            if (page.NextCursor is not null && page.NextCursor == cursor)
                throw new NosanaException("The network gave the same page twice; the list was cut there.");
            cursor = page.NextCursor;
        }
        while (cursor is not null);
    }

    /// <summary>The items of all pages.</summary>
    public async IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        await foreach (var page in AsPages(null, cancellationToken).ConfigureAwait(false))
        {
            foreach (var item in page.Items)
                yield return item;
        }
    }
}
