using System.Diagnostics;

namespace Nosnet.Server.Tests;

/// <summary>Waits for what happens by itself.</summary>
internal static class Eventually
{
    /// <summary>Reached only by what never happens, however busy the machine is.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static Task IsAsync(Func<bool> isSo, string what) => SeesAsync(() => Task.FromResult(isSo()), seen => seen, what);

    public static async Task<T> SeesAsync<T>(Func<Task<T>> look, Func<T, bool> isThere, string what)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            var seen = await look();
            if (isThere(seen))
                return seen;
            Stopwatch.GetElapsedTime(start).ShouldBeLessThan(Deadline, $"{what}; seen last: {seen}");
            await Task.Delay(Pause, TimeProvider.System, TestNetwork.Cancellation);
        }
    }
}
