using System.Text;

namespace Nosnet.Cli;

/// <summary>Text that came from elsewhere.</summary>
internal static class Plain
{
    /// <summary>The text without what would command a terminal.</summary>
    public static string Text(string text) => text.Any(char.IsControl) ? new StringBuilder().AppendJoin(' ', text.Split([.. text.Where(char.IsControl).Distinct()])).ToString() : text;
}
