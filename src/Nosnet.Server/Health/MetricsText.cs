using System.Globalization;
using System.Text;

namespace Nosnet.Server;

/// <summary>Figures in the text format of Prometheus, which most monitoring reads.</summary>
internal sealed class MetricsText
{
    private readonly StringBuilder _text = new();

    public void Gauge(string name, string help, double value)
    {
        Head(name, help, "gauge");
        Line(name, value);
    }

    /// <summary>Counts, one for each value of a label.</summary>
    public void Counter(string name, string help, string label, params ReadOnlySpan<(string Value, long Count)> counts)
    {
        Head(name, help, "counter");
        foreach (var (value, count) in counts)
            Line($"{name}{{{label}=\"{value}\"}}", count);
    }

    /// <summary>How long things took in all and how many there were, from which readers make averages of any span.</summary>
    public void Summary(string name, string help, double sum, long count)
    {
        Head(name, help, "summary");
        Line($"{name}_sum", sum);
        Line($"{name}_count", count);
    }

    public override string ToString() => _text.ToString();

    private void Head(string name, string help, string type) => _text.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

    private void Line(string series, double value) => _text.Append(series).Append(' ').Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
