namespace Nosnet.Cli;

/// <summary>Text that came from elsewhere.</summary>
internal static class Plain
{
    /// <summary>The text without what would command a terminal.</summary>
    public static string Text(string text) => text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)) : text;
}
