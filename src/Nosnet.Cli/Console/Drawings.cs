using System.Globalization;
using Nosnet.Protocol;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Nosnet.Cli;

/// <summary>How lists and single things look to people.</summary>
internal static class Drawings
{
    /// <summary>A list: a heading per column, a row per item.</summary>
    public static Table List(params ReadOnlySpan<string> headings)
    {
        var table = new Table().NoBorder();
        foreach (var heading in headings)
            table.AddColumn(new TableColumn(new Text(heading, new Style(decoration: Decoration.Bold))).NoWrap().PadLeft(0).PadRight(2));
        return table;
    }

    /// <summary>A row of a list.</summary>
    public static void Row(this Table list, params ReadOnlySpan<object?> cells)
    {
        var row = new List<IRenderable>();
        foreach (var cell in cells)
            row.Add(Cell(cell));
        list.AddRow(row);
    }

    /// <summary>One thing: its properties, of which there are.</summary>
    public static Grid Card(params ReadOnlySpan<(string Name, object? Value)> properties)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn(new GridColumn().NoWrap());
        foreach (var (name, value) in properties)
        {
            if (value is not (null or ""))
                grid.AddRow(new Text(Plain.Text(name), new Style(decoration: Decoration.Dim)), Cell(value));
        }
        return grid;
    }

    /// <summary>A state, as the guide names it.</summary>
    public static string Word(JobStatus? status) => status?.ToString().ToLowerInvariant() ?? "unknown";

    private static Text Cell(object? value) => value switch
    {
        null => new Text("–"),
        JobStatus status => new Text(Word(status), new Style(Colour(status))),
        TimeSpan duration => new Text(Durations.Format(duration)),
        DateTimeOffset moment => new Text(moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)),
        IFormattable number => new Text(number.ToString(null, CultureInfo.InvariantCulture)),
        _ => new Text(Plain.Text(value.ToString() ?? "")),
    };

    private static Color Colour(JobStatus status) => status switch
    {
        JobStatus.Completed => Color.Green,
        JobStatus.Failed => Color.Red,
        JobStatus.Stopped => Color.Yellow,
        JobStatus.Running => Color.Blue,
        _ => Color.Default,
    };
}
