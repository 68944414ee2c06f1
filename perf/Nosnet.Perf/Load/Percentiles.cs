using System.Globalization;

namespace Nosnet.Perf;

/// <summary>Times that were measured by many at once.</summary>
internal sealed class Percentiles
{
    private readonly Lock _lock = new();
    private readonly List<double> _milliseconds = [];

    public void Add(TimeSpan time)
    {
        lock (_lock)
            _milliseconds.Add(time.TotalMilliseconds);
    }

    public int Count => _milliseconds.Count;

    /// <summary>The time within which a part of them lies, in milliseconds.</summary>
    public double At(double part) => _milliseconds.Count == 0 ? double.NaN : _milliseconds.Order().ElementAt((int)Math.Round(part * (_milliseconds.Count - 1)));

    /// <summary>The median, 99 % and the slowest, as columns of a table.</summary>
    public string ToColumns() => string.Create(CultureInfo.InvariantCulture, $"{At(0.5):F2} | {At(0.99):F2} | {At(1):F1}");
}
