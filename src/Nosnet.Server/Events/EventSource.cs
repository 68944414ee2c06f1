using System.Runtime.CompilerServices;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>
/// An account's entries in the order in which they happened. Its chain leads from the newest back, so it is walked back first, and what is kept
/// of that is a place for each block: as much as has to be told, and no look at what others did.
/// </summary>
internal sealed class EventSource(NetworkEngine engine)
{
    /// <summary>How many blocks are kept in mind at once. Where there are more, the oldest are told first and the rest is walked again.</summary>
    private const int MostBlocks = 100_000;

    /// <summary>What happened to an account behind a place, up to now.</summary>
    /// <param name="account">The account.</param>
    /// <param name="after">An entry of it; nowhere, to begin with the first.</param>
    /// <param name="cancellation">Ends it.</param>
    public async IAsyncEnumerable<PlacedEntry> AfterAsync(long account, EntryPlace after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        IReadOnlyList<EntryPlace> blocks;
        do
        {
            blocks = await BlocksAfterAsync(account, after, cancellation);
            foreach (var newest in blocks)
            {
                foreach (var entry in Enumerable.Reverse((await ReadAsync(account, newest, cancellation)).Entries))
                {
                    if (!IsBehind(entry.Place, after))
                        continue;
                    yield return entry;
                    after = entry.Place;
                }
            }
        }
        while (blocks.Count == MostBlocks);
    }

    /// <summary>The account's newest entry in each block that has one behind a place; oldest first.</summary>
    private async ValueTask<IReadOnlyList<EntryPlace>> BlocksAfterAsync(long account, EntryPlace after, CancellationToken cancellation)
    {
        var found = new Queue<EntryPlace>();
        for (var place = (await engine.Read.AccountAsync(account, cancellation))!.LastEntry; IsBehind(place, after);)
        {
            if (found.Count == MostBlocks)
                found.Dequeue();
            found.Enqueue(place);
            place = (await ReadAsync(account, place, cancellation)).Before;
        }

        return [.. Enumerable.Reverse(found)];
    }

    /// <summary>The account's entries in one block, from a place back, and the place of the one before them.</summary>
    private async ValueTask<(List<PlacedEntry> Entries, EntryPlace Before)> ReadAsync(long account, EntryPlace newest, CancellationToken cancellation)
    {
        if (await engine.Read.BlocksAsync(newest.Height, 1, cancellation) is not [var block] || block.Height != newest.Height)
            throw new InvalidDataException($"Block {newest.Height} is missing.");
        var entries = new List<PlacedEntry>();
        var place = newest;
        while (place.Height == newest.Height)
        {
            var bytes = Block.Unpack(block.Entries, place.Index).ToArray();
            var entry = EntryCodec.Decode(bytes);
            entries.Add(new PlacedEntry(place, entry, bytes));
            place = entry.Account == account ? entry.PreviousOfAccount : entry.PreviousOfPayee;
        }

        return (entries, place);
    }

    private static bool IsBehind(EntryPlace place, EntryPlace other) => place.Height > other.Height || (place.Height == other.Height && place.Index > other.Index && !place.IsNowhere);
}

/// <summary>An entry and where it stands.</summary>
internal sealed record PlacedEntry(EntryPlace Place, Entry Entry, byte[] Bytes);
