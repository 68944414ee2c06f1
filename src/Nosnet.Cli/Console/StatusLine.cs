namespace Nosnet.Cli;

/// <summary>The one line that says what is being waited for. On a screen it is rewritten in place; elsewhere what is new is a line of its own.</summary>
internal sealed class StatusLine(Terminal terminal)
{
    private string? _shown;
    private string? _said;

    /// <summary>Shows a step.</summary>
    /// <param name="step">What is being waited for.</param>
    /// <param name="measure">How far it is; on a screen only.</param>
    public void Show(string step, string measure = "")
    {
        step = Plain.Text(step);
        if (terminal.ErrorTakesAnsi)
        {
            var line = $"{step} {measure}".TrimEnd();
            _shown = line.Length < terminal.Width ? line : line[..(terminal.Width - 1)];
            terminal.Error.Write($"\r\e[2K{_shown}");
            terminal.Error.Flush();
        }
        else if (step != _said)
        {
            terminal.Say(step);
        }
        _said = step;
    }

    /// <summary>Makes room for other lines.</summary>
    public void Clear()
    {
        if (_shown is null)
            return;
        terminal.Error.Write("\r\e[2K");
        terminal.Error.Flush();
        _shown = null;
    }
}
