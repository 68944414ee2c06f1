using System.Diagnostics;
using System.Threading.Channels;

namespace Nosnet.Perf;

/// <summary>Has something done at a steady rate, however long each takes: who is late is not waited for.</summary>
internal static class Pace
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    /// <param name="perSecond">How often a second.</param>
    /// <param name="time">For how long.</param>
    /// <param name="workers">What does it, each one thing at a time. It is told when it was due, by the clock of <see cref="Stopwatch"/>.</param>
    public static async Task RunAsync(int perSecond, TimeSpan time, IReadOnlyList<Func<long, Task>> workers)
    {
        var due = Channel.CreateUnbounded<long>();
        var working = Task.WhenAll(workers.Select(async work =>
        {
            await foreach (var at in due.Reader.ReadAllAsync())
                await work(at);
        }));
        var start = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(Tick, TimeProvider.System);
        for (long given = 0; !working.IsCompleted && await timer.WaitForNextTickAsync();)
        {
            var now = Stopwatch.GetTimestamp();
            var elapsed = Stopwatch.GetElapsedTime(start, now);
            if (elapsed >= time)
                break;
            // A tick is the least that can be paced, so what falls into one is due at its end.
            for (var whole = (long)(elapsed.TotalSeconds * perSecond); given < whole; given++)
                due.Writer.TryWrite(now);
        }

        due.Writer.Complete();
        await working;
    }
}
