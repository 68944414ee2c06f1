using System.Globalization;

namespace Nosnet.Perf;

/// <summary>A row of measured times, in milliseconds.</summary>
internal sealed class Figures(string what)
{
    private readonly List<double> _milliseconds = [];

    public string What => what;
    public double Median => At(0.5);

    public void Add(TimeSpan time) => _milliseconds.Add(time.TotalMilliseconds);

    public string ToRow() => string.Create(CultureInfo.InvariantCulture, $"| {what} | {At(0):F0} | {At(0.5):F0} | {At(0.9):F0} | {At(1):F0} |");

    private double At(double part)
    {
        var sorted = _milliseconds.Order().ToList();
        return sorted[(int)Math.Round(part * (sorted.Count - 1))];
    }
}
