using System.Runtime.CompilerServices;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>
/// An account's entries in the order in which they happened. Its chain leads from the newest back, so it is walked back first, and what is kept
/// of that is a place for each block: as much as has to be told, and no look at what others did. Of a long chain only the places of the oldest
/// blocks are kept, and marks along the rest: each stretch is walked again from its mark, and from there alone.
/// </summary>
internal sealed class EventSource(NetworkEngine engine)
{
    /// <summary>How many blocks are kept in mind at once.</summary>
    internal int BlocksAtOnce { get; init; } = 1_000;

    /// <summary>How many marks one walk sets. Where it would be more, they lie farther apart.</summary>
    internal int MostMarks { get; init; } = 1_000;

    /// <summary>What happened to an account behind a place, up to now.</summary>
    /// <param name="account">The account.</param>
    /// <param name="after">An entry of it; nowhere, to begin with the first.</param>
    /// <param name="cancellation">Ends it.</param>
    public async IAsyncEnumerable<PlacedEntry> AfterAsync(long account, EntryPlace after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var marks = new Stack<EntryPlace>();
        marks.Push((await engine.Read.AccountAsync(account, cancellation))!.LastEntry);
        while (marks.TryPop(out var from))
        {
            foreach (var newest in await BlocksAfterAsync(account, from, after, marks, cancellation))
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
    }

    /// <summary>
    /// The account's newest entry in each of the oldest blocks that have one behind a place, oldest first, as seen from a later place. Marks from
    /// which to walk to the others are added, the newest first.
    /// </summary>
    private async ValueTask<IReadOnlyList<EntryPlace>> BlocksAfterAsync(long account, EntryPlace from, EntryPlace after, Stack<EntryPlace> marks, CancellationToken cancellation)
    {
        var blocks = new List<EntryPlace>();
        var set = new List<EntryPlace>();
        var (stretches, apart) = (0, 1);
        for (var place = from; IsBehind(place, after); place = (await ReadAsync(account, place, cancellation)).Before)
        {
            if (blocks.Count == BlocksAtOnce)
            {
                if (stretches++ % apart == 0)
                    set.Add(blocks[0]);
                blocks.Clear();
            }

            if (set.Count > MostMarks)
            {
                set = [.. set.Where(static (_, i) => i % 2 == 0)];
                apart *= 2;
            }

            blocks.Add(place);
        }

        set.ForEach(marks.Push);
        blocks.Reverse();
        return blocks;
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
