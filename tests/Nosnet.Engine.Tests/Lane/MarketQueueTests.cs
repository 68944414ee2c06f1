using CsCheck;
using Nosnet.Protocol;

namespace Nosnet.Engine.Tests;

public sealed class MarketQueueTests
{
    private const int Chunk = 16;

    private static readonly Capacity Small = new(0, 0, 4, 8_000, 100_000);
    private static readonly Capacity Large = new(1, 24_000, 32, 64_000, 1_000_000);
    private static readonly JobRequirements SomeCores = new() { Cpus = 2 };
    private static readonly JobRequirements Card = new() { Gpu = true };

    private readonly SortedDictionary<long, QueuedJob> _store = [];
    private int _read;

    [Fact]
    public void A_window_never_holds_more_than_its_bound()
    {
        var window = new QueueWindow(static _ => true);
        window.Refill([.. Enumerable.Range(1_000, QueueWindow.Most + 300).Select(key => Plain(key))], isLast: true);
        window.Count.ShouldBe(QueueWindow.Most);
        window.IsComplete.ShouldBeFalse();

        for (var key = 1; key < 500; key++)
        {
            window.Add(Plain(key));
            window.Count.ShouldBe(QueueWindow.Most);
        }

        window.After(0)!.Value.Key.ShouldBe(1);
        window.CoveredTo.ShouldBeLessThan(1_000 + QueueWindow.Most);
    }

    [Fact]
    public void What_a_node_cannot_run_is_read_once_however_often_it_comes_for_more()
    {
        var queue = Queue();
        for (var key = 1; key <= 20_000; key++)
            Post(queue, new QueuedJob(key, 0, 0, Card));
        for (var key = 20_001; key <= 20_100; key++)
            Post(queue, Plain(key));

        for (var key = 20_001; key <= 20_100; key++)
        {
            queue.For(1, Small).First().Key.ShouldBe(key);
            Take(queue, key);
        }

        // Each of two windows, for what any node may run and for what this one may, comes by every job once, and by what is in reach of it.
        _read.ShouldBeLessThan(3 * 20_100);
    }

    [Fact]
    public void A_long_queue_is_read_no_further_than_its_first_job_asks_for()
    {
        var queue = Queue();
        for (var key = 1; key <= 10_000; key++)
            Post(queue, Plain(key));

        queue.For(1, Large).First().Key.ShouldBe(1);

        _read.ShouldBeLessThanOrEqualTo(2 * Chunk);
    }

    [Fact]
    public void Whatever_comes_and_goes_each_node_finds_the_oldest_job_that_it_may_run() =>
        Gen.Select(Gen.Int[0, 6], Gen.Int[0, 99]).List[1, 400].Sample(steps =>
        {
            _store.Clear();
            var queue = Queue();
            var next = 1L;
            var taken = new List<QueuedJob>();
            foreach (var (kind, pick) in steps)
            {
                switch (kind)
                {
                    case 0 or 1 or 2:
                        Post(queue, new QueuedJob(next++, 0, 0, (pick % 3) switch { 0 => null, 1 => Card, _ => SomeCores }));
                        break;
                    case 3 when taken.Count > 0:
                        // Lost: it comes back to its place, and wants or avoids a node at times.
                        var lost = taken[pick % taken.Count];
                        taken.Remove(lost);
                        Post(queue, lost with { WantedNode = pick % 4 == 0 ? 1 : 0, AvoidedNode = pick % 5 == 0 ? 2 : 0 });
                        break;
                    case 4 when _store.Count > 0:
                        Take(queue, _store.Keys.ElementAt(pick % _store.Count));
                        break;
                    default:
                        var (node, capacity) = pick % 2 == 0 ? (1L, Small) : (2L, Large);
                        var expected = _store.Values.Where(j => j.MayRunOn(node, capacity)).Take(3).ToList();
                        queue.For(node, capacity).Take(3).ShouldBe(expected);
                        if (expected is [var first, ..])
                        {
                            Take(queue, first.Key);
                            taken.Add(first);
                        }

                        break;
                }
            }
        }, iter: 300, threads: 1);

    private static QueuedJob Plain(long key) => new(key, 0, 0, null);

    private MarketQueue Queue() => new(
        after =>
        {
            var read = _store.Where(j => j.Key > after).Take(Chunk).Select(j => j.Value).ToList();
            _read += read.Count;
            return read;
        },
        Chunk);

    private void Post(MarketQueue queue, QueuedJob job)
    {
        _store[job.Key] = job;
        queue.Add(job);
    }

    private void Take(MarketQueue queue, long key)
    {
        _store.Remove(key);
        queue.Remove(key);
    }
}
