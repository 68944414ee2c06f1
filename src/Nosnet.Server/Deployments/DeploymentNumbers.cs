using System.Globalization;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>The numbers of deployments: minutes that may have fractions, and counts that may not.</summary>
internal static class DeploymentNumbers
{
    private const decimal MostMinutes = 10 * 366 * 24 * 60;
    private const int SecondsPerMinute = 60;

    /// <summary>Minutes as whole seconds, rounded up.</summary>
    public static Outcome<long> Seconds(decimal minutes, string name) => minutes is >= 0 and <= MostMinutes
        ? (long)decimal.Ceiling(minutes * SecondsPerMinute)
        : new Refusal(ErrorCode.InvalidTimeout, string.Create(CultureInfo.InvariantCulture, $"'{name}' is a number of minutes from 0 to {MostMinutes}, not {minutes}."));

    public static decimal Minutes(long seconds) => (decimal)seconds / SecondsPerMinute;

    public static decimal? MinutesOrNull(long seconds) => seconds == 0 ? null : Minutes(seconds);

    public static Outcome<int> Count(decimal count, string name, int least) =>
        count == decimal.Truncate(count) && count >= least && count <= int.MaxValue
            ? (int)count
            : new Refusal(ErrorCode.InvalidParameter, string.Create(CultureInfo.InvariantCulture, $"'{name}' is a whole number, {least} or more, not {count}."));

    public static Refusal Missing(string name, string what) => new(ErrorCode.InvalidParameter, $"'{name}' is missing: {what}.");
}
