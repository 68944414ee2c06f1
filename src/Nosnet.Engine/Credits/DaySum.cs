using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>
/// What counts as spent in one day of UTC: what was held for the jobs that were posted in it, less what they gave back in it. Days of the
/// calendar, and not the last 24 hours: two numbers in a row that is written anyway say it exactly, and everybody knows when it begins anew.
/// </summary>
/// <param name="Day">The day, counted from 1970-01-01.</param>
/// <param name="Amount">How much.</param>
public readonly record struct DaySum(int Day, Credits Amount)
{
    public static int DayOf(DateTimeOffset time) => (int)Math.Floor((time - DateTimeOffset.UnixEpoch).TotalDays);

    /// <summary>When the next day begins.</summary>
    public static DateTimeOffset EndOf(DateTimeOffset time) => DateTimeOffset.UnixEpoch.AddDays(DayOf(time) + 1);

    /// <summary>What counts on the day of this time.</summary>
    public Credits On(DateTimeOffset time) => Day == DayOf(time) ? Amount : Credits.Zero;

    /// <summary>After more was held.</summary>
    public DaySum Held(Credits amount, DateTimeOffset now) => new(DayOf(now), On(now) + amount);

    /// <summary>After a job that was posted then has given some of it back. What it held of an earlier day is of no use today.</summary>
    public DaySum GivenBack(Credits amount, DateTimeOffset postedAt, DateTimeOffset now)
    {
        if (Day != DayOf(now) || Day != DayOf(postedAt))
            return this;
        return this with { Amount = amount < Amount ? Amount - amount : Credits.Zero };
    }
}
