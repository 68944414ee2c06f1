using System.Globalization;

namespace Nosnet.Server;

/// <summary>Up to where a reader has a job's log: the run and the number of the last line, written <c>epoch.number</c>.</summary>
internal readonly record struct LogPosition(int Epoch, long Number)
{
    public static readonly LogPosition Start;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Epoch}.{Number}");

    public static bool TryParse(string text, out LogPosition position)
    {
        position = Start;
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0
            || !int.TryParse(text.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
            || !long.TryParse(text.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        position = new LogPosition(epoch, number);
        return true;
    }

    /// <summary>The number after which a run's log goes on for this reader: what it has of another run counts for nothing.</summary>
    public long Within(int epoch) => Epoch == epoch ? Number : 0;
}
