namespace Nosnet.Protocol;

/// <summary>Pieces of sentences that refusals share.</summary>
internal static class Sentence
{
    private const int ShownCharacters = 60;

    /// <summary><c>a, b or c</c>.</summary>
    public static string Choice(IEnumerable<string> items)
    {
        var all = items.ToArray();
        return all.Length < 2 ? string.Concat(all) : $"{string.Join(", ", all[..^1])} or {all[^1]}";
    }

    /// <summary>A text from outside between quotes: cut, and without what would disturb a terminal or a log.</summary>
    public static string Quote(string text)
    {
        var shown = text.Length > ShownCharacters ? text[..ShownCharacters] + "…" : text;
        return $"\"{string.Concat(shown.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '\uFFFD' : c))}\"";
    }
}
