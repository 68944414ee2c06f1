using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>
/// Which page of a list of deployments or of what belongs to one is asked for. A cursor says beside which row it lies and on which side; the order
/// and the filters are said anew with every page.
/// </summary>
internal readonly record struct PageQuery(long? Beside, bool GoesBack, bool IsDescending, int Limit)
{
    private const int DefaultLimit = 10;
    private const int MostLimit = 100;

    public static bool TryRead(HttpContext http, AddressBook addresses, out PageQuery page, [NotNullWhen(false)] out Refusal? refusal)
    {
        page = default;
        refusal = null;
        var query = http.Request.Query;
        var (limitText, order, cursor) = (query["limit"].ToString(), query["sort_order"].ToString(), query["cursor"].ToString());
        var limit = DefaultLimit;
        (long Key, bool GoesBack) place = default;
        if (limitText.Length > 0 && !(int.TryParse(limitText, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= MostLimit))
            refusal = new Refusal(ErrorCode.InvalidParameter, $"limit is a whole number from 1 to {MostLimit}, not '{PathValues.Shown(limitText)}'.");
        else if (order is not ("" or "asc" or "desc"))
            refusal = new Refusal(ErrorCode.InvalidParameter, $"sort_order is asc or desc, not '{PathValues.Shown(order)}'.");
        else if (cursor.Length > 0 && !TryRead(cursor, addresses, out place))
            refusal = new Refusal(ErrorCode.InvalidParameter, "The cursor is none that this list gave. Pass cursor_next or cursor_prev of another page, or leave it out for the first page.");
        else
            page = new PageQuery(cursor.Length > 0 ? place.Key : null, place.GoesBack, order is not "asc", limit);
        return refusal is null;
    }

    /// <summary>What to read: a row more than the page has, to know whether there is another page.</summary>
    public Stretch Stretch => new(Beside, IsDescending != GoesBack, Limit + 1);

    /// <summary>The page's rows in its order, and where it stands.</summary>
    public (IReadOnlyList<T> Rows, Pagination Pagination) Of<T>(Listing<T> listing, Func<T, long> key, AddressBook addresses)
    {
        var hasMore = listing.Rows.Count > Limit;
        var rows = listing.Rows.Take(Limit).ToList();
        if (GoesBack)
            rows.Reverse();
        // Whoever came here by a cursor has left a page on the other side.
        var (hasNext, hasPrevious) = GoesBack ? (true, hasMore) : (hasMore, Beside is not null);
        return (rows, new Pagination(
            hasNext && rows.Count > 0 ? Write(key(rows[^1]), goesBack: false, addresses) : null,
            hasPrevious && rows.Count > 0 ? Write(key(rows[0]), goesBack: true, addresses) : null,
            listing.Total));
    }

    private static string Write(long key, bool goesBack, AddressBook addresses) => Base64Url.EncodeToString(addresses.Cursor(key, goesBack).ToArray());

    private static bool TryRead(string cursor, AddressBook addresses, out (long Key, bool GoesBack) place)
    {
        place = default;
        Span<byte> bytes = stackalloc byte[Bytes32.Length + 2];
        return cursor.Length == Base64Url.GetEncodedLength(Bytes32.Length)
            && Base64Url.TryDecodeFromChars(cursor, bytes, out var length) && length == Bytes32.Length
            && addresses.TryCursor(new Bytes32(bytes[..length]), out place);
    }
}
