using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Nosnet.Cli;

/// <summary>Where a command reads and writes: data to standard output, talk to standard error.</summary>
internal sealed class Terminal
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonWriterOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public Terminal(TextWriter output, TextWriter error) => (Out, Error) = (output, error);

    /// <summary>For data.</summary>
    public TextWriter Out { get; }

    /// <summary>For talk.</summary>
    public TextWriter Error { get; }

    /// <summary>For data that is no text.</summary>
    public required Func<Stream> OpenOutput { get; init; }

    /// <summary>What is piped in.</summary>
    public required Func<Stream> OpenInput { get; init; }

    /// <summary>Whether a person reads the data.</summary>
    public bool OutIsShown { get; init; }

    /// <summary>Whether a person reads the talk.</summary>
    public bool ErrorIsShown { get; init; }

    /// <summary>Columns to draw in.</summary>
    public int Width { get; init; } = 120;

    /// <summary>The environment.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>Whether escape sequences may be written to standard output.</summary>
    public bool OutTakesAnsi => OutIsShown && TakesAnsi;

    /// <summary>Whether escape sequences may be written to standard error.</summary>
    public bool ErrorTakesAnsi => ErrorIsShown && TakesAnsi;

    // https://no-color.org: set to anything means no.
    private bool TakesAnsi => string.IsNullOrEmpty(Variable("NO_COLOR")) && Variable("TERM") is not "dumb";

    /// <summary>The terminal of this process.</summary>
    public static Terminal OfProcess()
    {
        System.Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        return new Terminal(System.Console.Out, System.Console.Error)
        {
            OpenOutput = System.Console.OpenStandardOutput,
            OpenInput = System.Console.OpenStandardInput,
            OutIsShown = !System.Console.IsOutputRedirected,
            ErrorIsShown = !System.Console.IsErrorRedirected,
            Width = System.Console.IsErrorRedirected ? 120 : Math.Max(System.Console.WindowWidth, 40),
        };
    }

    /// <summary>A line of talk.</summary>
    public void Say(string line) => Error.WriteLine(line);

    /// <summary>A line of data.</summary>
    public void Print(string line) => Out.WriteLine(line);

    /// <summary>A drawing as data.</summary>
    public void Draw(IRenderable drawing)
    {
        using var drawn = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = OutTakesAnsi ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = OutTakesAnsi ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(drawn),
        });
        // Addresses are for copying: a terminal wraps a long line, while a drawing would cut it.
        console.Profile.Width = 10_000;
        console.Write(drawing);
        foreach (var line in drawn.ToString().TrimEnd('\n').Split('\n'))
            Print(line.TrimEnd());
    }

    /// <summary>A list as data; where it is empty, that is said instead of headings over nothing.</summary>
    public void DrawList(Table list, string none = "There are none.")
    {
        if (list.Rows.Count > 0)
            Draw(list);
        else
            Say(none);
    }

    /// <summary>A JSON document as data.</summary>
    public void PrintJson(JsonElement json) => WriteJson(json.WriteTo, Indented);

    /// <summary>A JSON document as data.</summary>
    public void PrintJson<T>(T value, JsonTypeInfo<T> type) => PrintJson(JsonSerializer.SerializeToElement(value, type));

    /// <summary>A JSON document on a line of its own, as data.</summary>
    public void PrintJsonLine(Action<Utf8JsonWriter> write) => WriteJson(write, OneLine);

    /// <summary>A JSON document as data.</summary>
    public void PrintJson(Action<Utf8JsonWriter> write) => WriteJson(write, Indented);

    private void WriteJson(Action<Utf8JsonWriter> write, JsonWriterOptions options)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, options))
            write(json);
        Out.WriteLine(Encoding.UTF8.GetString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)));
    }
}
