namespace Nosnet.Engine;

/// <summary>When a job that waits may start: a guess from what is known, on the side of late.</summary>
public static class StartEstimate
{
    /// <summary>
    /// Every run on a node is taken to last as long as it may, and every job that waits before this one as long as this one may: the places
    /// come free one after the other, and the queue takes them in order.
    /// </summary>
    /// <param name="now">The time.</param>
    /// <param name="position">Its place in the queue; 1 is next.</param>
    /// <param name="freeAt">When each place on the nodes that can run it comes free.</param>
    /// <param name="each">How long a job may run.</param>
    /// <returns>The time; null where there is no place, or it is too far to tell.</returns>
    public static DateTimeOffset? Of(DateTimeOffset now, int position, IEnumerable<DateTimeOffset> freeAt, TimeSpan each)
    {
        var places = freeAt.Order().ToList();
        if (places.Count == 0)
            return null;
        var (rounds, place) = Math.DivRem(position - 1, places.Count);
        var first = places[place] < now ? now : places[place];
        return each.Ticks <= (DateTimeOffset.MaxValue - first).Ticks / (rounds + 1) ? first + rounds * each : null;
    }
}
