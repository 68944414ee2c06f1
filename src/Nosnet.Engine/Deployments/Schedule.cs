using System.Diagnostics.CodeAnalysis;
using Cronos;
using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>When a SCHEDULED deployment posts its jobs: a cron expression of five fields and the time zone that its hours are of.</summary>
/// <param name="Cron">Minute, hour, day of month, month, day of week; with names, and 7 for Sunday too.</param>
/// <param name="TimeZone">An IANA name, such as <c>Europe/Berlin</c>; null: UTC.</param>
/// <remarks>
/// Where clocks are put forward, what would have come in the hour that is skipped comes right after it. Where they are put back, what comes
/// at a set hour comes once, and what comes every so often goes on coming.
/// </remarks>
public sealed record Schedule(string Cron, string? TimeZone)
{
    private const int Fields = 5;

    /// <summary>Reads a schedule.</summary>
    /// <param name="cron">The expression.</param>
    /// <param name="timeZone">The time zone; null: UTC.</param>
    /// <param name="now">The time from which on it has to come at all.</param>
    /// <param name="schedule">The schedule, where it is one.</param>
    /// <param name="refusal">Why it is none, otherwise.</param>
    public static bool TryParse(
        string cron, string? timeZone, DateTimeOffset now, [NotNullWhen(true)] out Schedule? schedule, [NotNullWhen(false)] out Refusal? refusal)
    {
        schedule = null;
        var shown = cron.Length > 60 ? cron[..60] + "…" : cron;
        if (cron.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length != Fields || !CronExpression.TryParse(cron, CronFormat.Standard, out _))
            refusal = new Refusal(ErrorCode.InvalidSchedule,
                $"The schedule '{shown}' cannot be read. It has five fields, minute, hour, day of month, month and day of week: '0 9 * * MON-FRI' is nine o'clock on working days.");
        else if (timeZone is not null && !TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out _))
            refusal = new Refusal(ErrorCode.InvalidSchedule,
                $"'{(timeZone.Length > 60 ? timeZone[..60] + "…" : timeZone)}' is no time zone that this server knows. Use an IANA name such as 'Europe/Berlin', or leave it out for UTC.");
        else if (new Schedule(cron, timeZone).NextAfter(now) is null)
            refusal = new Refusal(ErrorCode.InvalidSchedule, $"The schedule '{shown}' never comes: there is no such day. Change its day of month or its month.");
        else
            refusal = null;
        if (refusal is not null)
            return false;
        schedule = new Schedule(cron, timeZone);
        return true;
    }

    /// <summary>The first time after <paramref name="time"/>; null where there is none.</summary>
    public DateTimeOffset? NextAfter(DateTimeOffset time) =>
        CronExpression.Parse(Cron, CronFormat.Standard).GetNextOccurrence(time, TimeZone is null ? TimeZoneInfo.Utc : TimeZoneInfo.FindSystemTimeZoneById(TimeZone))?.ToUniversalTime();

    /// <summary>The next times, at most <paramref name="count"/>.</summary>
    public IEnumerable<DateTimeOffset> Next(DateTimeOffset time, int count)
    {
        for (var next = NextAfter(time); count > 0 && next is { } at; count--, next = NextAfter(at))
            yield return at;
    }
}
