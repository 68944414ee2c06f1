using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Nosnet.Client;

/// <summary>A place in a job's log, after which to go on. Text: <c>epoch.number</c>.</summary>
/// <param name="Epoch">The number of the run, from 1.</param>
/// <param name="Number">The number of the entry within the run, from 1.</param>
public readonly record struct LogPosition(int Epoch, long Number) : IComparable<LogPosition>, IParsable<LogPosition>
{
    /// <inheritdoc/>
    public int CompareTo(LogPosition other) => Epoch != other.Epoch ? Epoch.CompareTo(other.Epoch) : Number.CompareTo(other.Number);

    /// <summary>The text.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Epoch}.{Number}");

    /// <summary>Reads a position.</summary>
    /// <exception cref="FormatException">The text is none.</exception>
    public static LogPosition Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var position) ? position : throw new FormatException($"'{s}' is not a place in a log; one looks like 1.42.");

    /// <summary>Reads a position; false where the text is none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out LogPosition result)
    {
        result = default;
        if (s?.Split('.') is not [var epoch, var number]
            || !int.TryParse(epoch, NumberStyles.None, CultureInfo.InvariantCulture, out var e)
            || !long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var n))
            return false;
        result = new LogPosition(e, n);
        return true;
    }

#pragma warning disable CS1591 // before and after need no sentence
    public static bool operator <(LogPosition left, LogPosition right) => left.CompareTo(right) < 0;
    public static bool operator >(LogPosition left, LogPosition right) => left.CompareTo(right) > 0;
    public static bool operator <=(LogPosition left, LogPosition right) => left.CompareTo(right) <= 0;
    public static bool operator >=(LogPosition left, LogPosition right) => left.CompareTo(right) >= 0;
#pragma warning restore CS1591
}
