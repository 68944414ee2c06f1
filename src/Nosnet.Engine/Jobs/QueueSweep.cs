namespace Nosnet.Engine;

/// <summary>
/// Finds jobs that waited too long behind others which may wait for longer, because their market was another when those were posted.
/// <see cref="FindDue"/> looks at the fronts of the queues; this goes through all of them, a stretch at a time.
/// </summary>
internal sealed class QueueSweep(IReadStore read)
{
    private const int Stretch = 500;

    /// <summary>How far each queue was looked through, by market.</summary>
    private readonly Dictionary<long, long> _reached = [];

    /// <summary>What has expired of the next stretch of each queue.</summary>
    public async Task<IReadOnlyList<ExpireJob>> NextAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        var expired = new List<ExpireJob>();
        foreach (var market in await read.MarketsAsync(cancellation).ConfigureAwait(false))
        {
            var stretch = await read.WaitingJobsAsync(market.Key, _reached.GetValueOrDefault(market.Key), Stretch, cancellation).ConfigureAwait(false);
            _reached[market.Key] = stretch.Count < Stretch ? 0 : stretch[^1].Key;
            expired.AddRange(stretch.Where(job => job.QueuedUntil <= now).Select(job => new ExpireJob(job.Key)));
        }

        return expired;
    }
}
